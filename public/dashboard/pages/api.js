// The three key endpoints, with examples, and the way to the full documentation.
import { h, fill } from '../dom.js';
import { head, section, code } from '../parts.js';

const decision = `{
  "source": "tiktok_us",
  "traffic_type": "push",
  "landing_page": "offer-page-1",
  "time_on_site": 45,
  "page_views": 3,
  "form_data": { ... }  // Will be hashed immediately
}`;

const answer = `{
  "event_id": "evt_…", "decision": "accept", "score": 82, "approval_probability": 0.41,
  "click_id": "abc123", "duplicate": false,
  "reasons": [{ "code": "time_on_site", "text": "45 s on the page before submitting", "points": 6 }],
  "route": { "partner": "pp-one", "delivery": "accepted" },
  "usage": { "used": 378, "total_limit": 25000, "remaining": 24622 }
}`;

const usage = 'Response: { "used": 377, "total_limit": 25000, "remaining": 24623 }';

export async function render(view) {
  const host = location.origin;
  fill(view, head('API Documentation', 'Key endpoints for integrating BackNova with your systems.',
    h('a.btn.btn-primary.btn-sm', { href: '/docs/' }, 'Full documentation')),
    section('POST /api/v1/decision',
      h('p', 'Main decision endpoint. Send lead data → receive quality score + routing decision.'),
      code(decision, { label: 'Request' }),
      h('p.quiet.small',
        'Only source is required. Add click_id, or no conversion can be linked to the lead; add a lead_id of your own '
          + 'and a repeat is never counted twice.'),
      h('h3', 'The answer to a secret key'), code(answer, { label: 'Answer' }),
      h('h3', 'Try it'),
      code(
        `curl ${host}/api/v1/decision \\\n  -H 'Authorization: Bearer YOUR_API_KEY' `
          + `-H 'Content-Type: application/json' \\\n  -d `
          + `'{"source":"tiktok_us","click_id":"abc123","time_on_site":45,"page_views":3,"form_data":{"email":"jo@example.com"}}'`,
        { label: 'Example with curl' })),
    section('GET /api/v1/usage',
      h('p', 'Check your current API usage and remaining quota.'), code(usage, { label: 'Response' })),
    section('GET /api/v1/events/recent',
      h('p',
        'Get the last 50 decision events with AI reasoning (no PII — only hashed references and behavioral data).'),
      code(`curl ${host}/api/v1/events/recent -H 'Authorization: Bearer YOUR_API_KEY'`, { label: 'Example with curl' })),
    section('Full Documentation',
      h('p',
        'For complete API documentation including all endpoints, authentication, rate limits, and code examples, '
          + 'visit ', h('a', { href: '/docs/' }, `${location.host}/docs`), '.'),
      h('p', 'Your keys are under ', h('a', { href: '#/account' }, 'Keys & account'), '. Keys go into the header ',
        h('code', 'Authorization: Bearer YOUR_API_KEY'), '.')));
}
