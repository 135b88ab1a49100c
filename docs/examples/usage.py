import json
import urllib.request

request = urllib.request.Request(
    "https://backnova.example/api/v1/usage", headers={"Authorization": "Bearer YOUR_API_KEY"}
)
with urllib.request.urlopen(request, timeout=10) as answer:
    usage = json.load(answer)
print(usage["used"], "of", usage["total_limit"] or "no limit")
