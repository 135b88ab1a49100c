<?php
$answer = file_get_contents('https://backnova.example/api/v1/usage', false, stream_context_create(['http' => [
    'header' => ['Authorization: Bearer YOUR_API_KEY'],
    'timeout' => 10,
]]));
$usage = json_decode($answer, true);
echo $usage['used'], ' of ', $usage['total_limit'] ?? 'no limit', "\n";
