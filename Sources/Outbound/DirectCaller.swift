import CCurl

/// Makes one call on the caller's own thread and waits for it, under the same rules as the courier: for a test call
/// that somebody waits for.
package enum DirectCaller {
  package static func make(
    _ call: Call, limits: CallLimits = CallLimits(), guarding: AddressGuard
  ) -> CallResult {
    do throws(CallFailure) {
      let handle = try CallHandle(call, limits: limits, guarding: guarding)
      return withExtendedLifetime(guarding) { handle.result(curl_easy_perform(handle.easy)) }
    } catch {
      return CallResult(id: call.id, failure: error)
    }
  }
}
