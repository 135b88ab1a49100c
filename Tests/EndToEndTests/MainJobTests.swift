import CCurl
import Foundation
import JSON
import Testing

extension EndToEnd.Shared {
  /// A lead is decided, a postback lands, the numbers follow.
  @Suite struct MainJobTests {
    @Test func theNumbersFollow() throws {
      let site = try sharedSite()
      let account = try site.account()
      let client = site.client()
      let key = account.keys.secret

      let decision = client.post(
        "/api/v1/decision",
        [
          "source": "tiktok_us", "click_id": "abc123", "country": "US", "time_on_site": 45, "cost": .decimal("0.35"),
          "form_data": ["name": "Jo Canary", "email": "jo.canary@gmail.com", "phone": "+1 212 555 0123"],
        ], key: key)
      #expect(decision.status == 200 && decision.httpVersion == 2, "\(decision.text)")
      #expect(decision["click_id"]?.string == "abc123" && decision["duplicate"]?.bool == false)
      #expect(decision["usage.used"]?.integer == 1 && decision["usage.remaining"]?.integer == 24_999)
      let points = decision["reasons"]?.elements.compactMap { $0["points"]?.integer }.reduce(0, +)
      #expect(points == decision["score"]?.integer.map { $0 - 50 })
      let event = try #require(decision["event_id"]?.string)

      let query = "api_key=\(account.keys.postback)&click_id=abc123&status=sale&payout=12.50&txid=t1"
      let postback = client.get("/api/postback?" + query)
      #expect(postback.status == 200, "\(postback.text)")
      #expect(postback["result"]?.string == "applied" && postback["event_id"]?.string == event)
      #expect(postback["lead_status"]?.string == "approved")

      #expect(client.get("/api/v1/usage", key: key)["used"]?.integer == 1)
      let recent = client.get("/api/v1/events/recent", key: key)
      #expect(recent["events"]?.elements.count == 1 && recent["events.0.event_id"]?.string == event)
      let timeline = client.get("/api/v1/events/\(event)", key: key)
      #expect(timeline["status"]?.string == "approved" && timeline["revenue"]?.double == 12.5)
      #expect(timeline["postbacks"]?.elements.count == 1 && timeline["conversions.0.txid"]?.string == "t1")
      for group in ["day", "source"] {
        let stats = client.get("/api/v1/stats?group_by=\(group)", key: key)
        #expect(stats["total.leads"]?.integer == 1 && stats["total.approved"]?.integer == 1, "\(stats.text)")
        #expect(stats["total.revenue"]?.numberText == "12.5" && stats["total.cost"]?.numberText == "0.35")
        #expect(stats["rows"]?.elements.count == 1)
      }
      #expect(client.get("/api/v1/stats?group_by=source", key: key)["rows.0.key"]?.string == "tiktok_us")
    }

    @Test func anotherAccountSeesNothing() throws {
      let site = try sharedSite()
      let (owner, stranger) = (try site.account(), try site.account())
      let client = site.client()
      let made = client.post("/api/v1/decision", ["source": "a", "click_id": "own"], key: owner.keys.secret)
      let event = try #require(made["event_id"]?.string)
      #expect(client.get("/api/v1/events/\(event)", key: stranger.keys.secret).status == 404)
      #expect(client.get("/api/v1/events?click_id=own", key: stranger.keys.secret)["events"]?.elements.isEmpty == true)
      let postback = client.get("/api/postback?api_key=\(stranger.keys.postback)&click_id=own&status=sale")
      #expect(postback["result"]?.string == "unmatched")
    }

    @Test func theLogInWorks() throws {
      let site = try sharedSite()
      let demo = try site.demo()
      let client = site.client()
      let body: JSONValue = ["email": .string(demo.email), "password": .string(demo.password)]
      let logIn = client.post("/api/v1/session", body)
      #expect(logIn.status == 200, "\(logIn.text)")
      let cookie = try #require(logIn.headers["set-cookie"])
      #expect(["__Host-", "HttpOnly", "Secure", "SameSite=Strict"].allSatisfy(cookie.contains))
      let pair = String(cookie.prefix { $0 != ";" })
      #expect(client.get("/api/v1/usage", headers: ["Cookie: " + pair]).status == 200)
    }

    @Test func onlyNewTLSAndAVerifiedCertificate() throws {
      let site = try sharedSite()
      func answer(_ versions: Int, certificate: String? = nil) -> Answer {
        Client(url: site.url, certificate: certificate ?? site.certificate) { handle in
          bn_curl_set_long(handle, CURLOPT_SSLVERSION, versions)
          // OpenSSL itself would not offer 1.1 otherwise, and nothing would be tested of the server.
          bn_curl_set_text(handle, CURLOPT_SSL_CIPHER_LIST, "DEFAULT:@SECLEVEL=0")
        }.send(.get("/healthz"))
      }
      let (v11, max11) = (Int(CURL_SSLVERSION_TLSv1_1), Int(CURL_SSLVERSION_MAX_TLSv1_1))
      #expect(answer(v11 | max11).failure?.hasPrefix("35 ") == true)
      #expect(answer(v11 | Int(CURL_SSLVERSION_MAX_TLSv1_2)).status == 200)
      #expect(answer(Int(CURL_SSLVERSION_TLSv1_3)).status == 200)
      #expect(answer(0, certificate: "/etc/ssl/certs/ca-certificates.crt").failure?.hasPrefix("60 ") == true)
      let refusal = try Shell.bash(
        "openssl s_client -connect 127.0.0.1:\(site.port) -tls1_1 -cipher DEFAULT:@SECLEVEL=0 < /dev/null 2>&1 || true")
      #expect(refusal.output.contains("alert protocol version"), "the server itself must refuse: \(refusal.output)")
    }
  }
}
