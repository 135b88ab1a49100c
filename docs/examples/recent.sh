curl 'https://backnova.example/api/v1/events/recent?limit=10' -H 'Authorization: Bearer YOUR_API_KEY'
