curl https://backnova.example/api/v1/decision \
  -H 'Authorization: Bearer YOUR_API_KEY' \
  -H 'Content-Type: application/json' \
  -d '{
    "source": "tiktok_us",
    "traffic_type": "push",
    "landing_page": "offer-page-1",
    "time_on_site": 45,
    "page_views": 3,
    "click_id": "abc123",
    "form_data": {"name": "Jo Doe", "email": "jo@example.com", "phone": "+12125550123"}
  }'
