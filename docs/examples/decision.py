import json
import urllib.request

lead = {
    "source": "tiktok_us",
    "click_id": "abc123",
    "time_on_site": 45,
    "page_views": 3,
    "form_data": {"name": "Jo Doe", "email": "jo@example.com", "phone": "+12125550123"},
}
request = urllib.request.Request(
    "https://backnova.example/api/v1/decision",
    data=json.dumps(lead).encode(),
    headers={"Authorization": "Bearer YOUR_API_KEY", "Content-Type": "application/json"},
)
with urllib.request.urlopen(request, timeout=10) as answer:
    decision = json.load(answer)
print(decision["decision"], decision["score"])
