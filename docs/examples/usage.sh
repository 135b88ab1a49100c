curl https://backnova.example/api/v1/usage -H 'Authorization: Bearer YOUR_API_KEY'
