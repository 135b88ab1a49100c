const answer = await fetch('https://backnova.example/api/v1/events/recent?limit=10', {
  headers: { Authorization: 'Bearer YOUR_API_KEY' },
  signal: AbortSignal.timeout(10_000),
});
const { events, detail } = await answer.json();
if (!answer.ok) throw new Error(detail);
for (const event of events) console.log(event.received_at, event.source, event.decision, event.score);
