const answer = await fetch('https://backnova.example/api/v1/decision', {
  method: 'POST',
  headers: { Authorization: 'Bearer YOUR_API_KEY', 'Content-Type': 'application/json' },
  body: JSON.stringify({
    source: 'tiktok_us',
    click_id: 'abc123',
    time_on_site: 45,
    page_views: 3,
    form_data: { name: 'Jo Doe', email: 'jo@example.com', phone: '+12125550123' },
  }),
  signal: AbortSignal.timeout(10_000),
});
const decision = await answer.json();
if (!answer.ok) throw new Error(decision.detail);
console.log(decision.decision, decision.score);
