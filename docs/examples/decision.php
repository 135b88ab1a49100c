<?php
$lead = [
    'source' => 'tiktok_us',
    'click_id' => 'abc123',
    'time_on_site' => 45,
    'page_views' => 3,
    'form_data' => ['name' => 'Jo Doe', 'email' => 'jo@example.com', 'phone' => '+12125550123'],
];
$answer = file_get_contents('https://backnova.example/api/v1/decision', false, stream_context_create(['http' => [
    'method' => 'POST',
    'header' => ['Authorization: Bearer YOUR_API_KEY', 'Content-Type: application/json'],
    'content' => json_encode($lead),
    'timeout' => 10,
]]));
$decision = json_decode($answer, true);
echo $decision['decision'], ' ', $decision['score'], "\n";
