const answer = await fetch('https://backnova.example/api/v1/usage', {
  headers: { Authorization: 'Bearer YOUR_API_KEY' },
  signal: AbortSignal.timeout(10_000),
});
const usage = await answer.json();
if (!answer.ok) throw new Error(usage.detail);
console.log(usage.used, 'of', usage.total_limit ?? 'no limit');
