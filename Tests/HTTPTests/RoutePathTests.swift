import HTTP
import Testing

@Suite struct RoutePathTests {
  @Test func literals() {
    let route: RoutePath = "/api/v1/sources"
    #expect(route.match("/api/v1/sources")?.isEmpty == true)
    for path in ["/api/v1/sources/", "/api/v1/source", "/api/v1", "/api/v1/sources/x", "/API/v1/sources", "/", ""] {
      #expect(route.match(path) == nil, "\(path)")
    }
    #expect(RoutePath("/").match("/") != nil)
    #expect(RoutePath("/").match("/x") == nil)
    #expect(RoutePath("/").match("//") == nil)
  }

  @Test func namesTakeOneSegment() throws {
    let route: RoutePath = "/api/v1/sources/{slug}/snippet/{kind}"
    #expect(route.names == ["slug", "kind"])
    let taken = try #require(route.match("/api/v1/sources/tiktok_us/snippet/a b{}é"))
    #expect(taken["slug"] == "tiktok_us")
    #expect(taken["kind"] == "a b{}é")
    #expect(taken["other"] == nil)
    #expect(route.match("/api/v1/sources//snippet/html") == nil)
    #expect(route.match("/api/v1/sources/a/b/snippet/html") == nil)
    #expect(route.match("/api/v1/sources/a/snippet/") == nil)
  }

  @Test func onlyWholeSegmentsAreNames() {
    #expect(RoutePath("/a{b}").match("/a{b}") != nil)
    #expect(RoutePath("/a{b}").match("/axy") == nil)
    #expect(RoutePath("/{}").names.isEmpty)
    #expect("\(RoutePath("/x/{id}"))" == "/x/{id}")
  }
}
