<?php
$answer = file_get_contents('https://backnova.example/api/v1/events/recent?limit=10', false, stream_context_create(['http' => [
    'header' => ['Authorization: Bearer YOUR_API_KEY'],
    'timeout' => 10,
]]));
foreach (json_decode($answer, true)['events'] as $event) {
    echo $event['received_at'], ' ', $event['source'], ' ', $event['decision'], ' ', $event['score'], "\n";
}
