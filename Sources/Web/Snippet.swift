/// Where a snippet runs.
enum SnippetKind: String, CaseIterable, Sendable { case html, php, curl, python, node }

/// The code that sends a source's leads here, ready to paste.
struct Snippet: Sendable {
  let kind: SnippetKind
  /// A slug, which needs no escaping anywhere.
  let source: String
  /// `https://` and the host that leads are sent to.
  let origin: String
  /// The account's publishable key; nil: it has none.
  let publishableKey: String?
  /// The only pages that may use that key; empty: any page.
  let origins: [String]
  /// What stands in the landing page's URL for the click id.
  let clickMacro: String

  /// Stands where a secret key goes: it is not known here, and would not be shown.
  private static let secret = "YOUR_API_KEY"
  private static let noPublishableKey = "YOUR_PUBLISHABLE_KEY"

  /// The code itself.
  var code: String {
    switch kind {
    case .html: html
    case .php: php
    case .curl: curl
    case .python: python
    case .node: node
    }
  }

  /// What has to be known to use it.
  var notes: [String] {
    let click =
      "Make sure to pass click_id when sending leads: this is how conversions are linked back to your tracker."
    guard kind == .html else {
      return [
        "Put your secret key in place of \(Self.secret); it stays on your server and never stands in a page.",
        "A partner has the lead where route.delivery is accepted or unknown, and nobody shall where decision is reject. Else send it again later with the same lead_id, or to your partner yourself.",
        click,
      ]
    }
    return publishableKey == nil
      ? ["This account has no publishable key: make one, then the code is complete.", click]
      : ["The key in this code is publishable: it may stand in a page, and only sends leads.", click] + onlyPages
  }

  private var onlyPages: [String] {
    guard !origins.isEmpty else { return [] }
    return [
      "The key works on pages of \(origins.joined(separator: ", ")) alone; make a publishable key for any page, or for yours."
    ]
  }

  /// The landing page's URL as the tracker or traffic source calls it.
  var landingURL: String { "https://your-landing.example/?click_id=\(clickMacro)" }

  /// `click_id` out of the URL and the form's fields are the SDK's business.
  private var html: String {
    """
    <!-- BackNova: finds the form on this page, sends its lead, follows the answer -->
    <script src="\(origin)/sdk/v1.js" data-key="\(publishableKey ?? Self.noPublishableKey)" data-source="\(source)" \
    integrity="\(SDKFile.integrity)" crossorigin="anonymous" defer></script>
    """
  }

  private var php: String {
    """
    <?php
    // The form of the landing page posts to this file.
    $lead = [
        'source' => '\(source)',
        'click_id' => $_POST['click_id'] ?? null,
        'lead_id' => $_POST['lead_id'] ?? bin2hex(random_bytes(16)), // the same again is never counted twice
        'ip' => $_SERVER['REMOTE_ADDR'],
        'user_agent' => $_SERVER['HTTP_USER_AGENT'] ?? null,
        'form_data' => [ // will be hashed immediately
            'name' => $_POST['name'] ?? null,
            'email' => $_POST['email'] ?? null,
            'phone' => $_POST['phone'] ?? null,
        ],
    ];
    $call = curl_init('\(origin)/api/v1/decision');
    curl_setopt_array($call, [
        CURLOPT_POST => true,
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_TIMEOUT => 10,
        CURLOPT_HTTPHEADER => ['Authorization: Bearer \(Self.secret)', 'Content-Type: application/json'],
        CURLOPT_POSTFIELDS => json_encode($lead, JSON_INVALID_UTF8_SUBSTITUTE),
    ]);
    $answer = json_decode((string) curl_exec($call), true);
    // $answer['decision']: accept, review or reject; $answer['score'] with its 'reasons'
    $delivery = $answer['route']['delivery'] ?? 'no partner';
    if (($answer['decision'] ?? '') !== 'reject' && !in_array($delivery, ['accepted', 'unknown'])) {
        // Nobody has this lead yet: send it to your partner yourself, or again later with the same lead_id.
        error_log('BackNova delivered no lead: ' . ($answer['detail'] ?? curl_error($call) ?: $delivery));
    }
    header('Location: ' . ($answer['route']['redirect_url'] ?? '/thanks.html'));
    exit;
    """
  }

  private var curl: String {
    """
    curl \(origin)/api/v1/decision \\
      -H 'Authorization: Bearer \(Self.secret)' \\
      -H 'Content-Type: application/json' \\
      -d '{
        "source": "\(source)",
        "click_id": "abc123",
        "landing_page": "offer-page-1",
        "time_on_site": 45,
        "page_views": 3,
        "form_data": {"name": "Jo Doe", "email": "jo@example.com", "phone": "+12125550123"}
      }'
    """
  }

  private var python: String {
    """
    import json, urllib.request

    def send_lead(click_id, name, email, phone, lead_id=None):
        \"\"\"The decision on one lead; the same lead_id again is never counted twice.\"\"\"
        lead = {
            "source": "\(source)",
            "click_id": click_id,
            "lead_id": lead_id,
            "form_data": {"name": name, "email": email, "phone": phone},  # will be hashed immediately
        }
        request = urllib.request.Request(
            "\(origin)/api/v1/decision",
            data=json.dumps(lead).encode(),
            headers={"Authorization": "Bearer \(Self.secret)", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    decision = send_lead("abc123", "Jo Doe", "jo@example.com", "+12125550123")
    print(decision["decision"], decision["score"])
    """
  }

  private var node: String {
    """
    // Node 18 or later; saved as lead.mjs
    /** The decision on one lead; the same leadId again is never counted twice. */
    async function sendLead({ clickId, leadId, name, email, phone }) {
      const answer = await fetch('\(origin)/api/v1/decision', {
        method: 'POST',
        headers: { Authorization: 'Bearer \(Self.secret)', 'Content-Type': 'application/json' },
        body: JSON.stringify({
          source: '\(source)',
          click_id: clickId,
          lead_id: leadId,
          form_data: { name, email, phone }, // will be hashed immediately
        }),
        signal: AbortSignal.timeout(10_000),
      });
      if (!answer.ok) throw new Error(`BackNova answered ${answer.status}: ${(await answer.json()).detail}`);
      return answer.json();
    }

    const decision = await sendLead({ clickId: 'abc123', name: 'Jo Doe', email: 'jo@example.com', phone: '+12125550123' });
    console.log(decision.decision, decision.score);
    """
  }
}
