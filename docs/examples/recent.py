import json
import urllib.request

request = urllib.request.Request(
    "https://backnova.example/api/v1/events/recent?limit=10", headers={"Authorization": "Bearer YOUR_API_KEY"}
)
with urllib.request.urlopen(request, timeout=10) as answer:
    events = json.load(answer)["events"]
for event in events:
    print(event["received_at"], event["source"], event["decision"], event["score"])
