/// The points that experience gives to each fact, until an account has labels to learn from. They are opinions, written
/// down so that they can be argued with. A clean lead with all its facts known comes to 60 to 70.
///
/// Every ladder rises with its value. A fact that nobody reported gives no points, so a lead of which only the source is
/// known scores 50.
enum ExpertWeights {
  /// From this value on, up to the next step, these points.
  struct Step: Sendable {
    let from: Double
    let points: Int
  }

  /// Seconds on the page: nobody reads an offer in under 3 s; from 2 min on more time says nothing new.
  static let timeOnSite = [
    Step(from: 0, points: -10), Step(from: 3, points: -5), Step(from: 10, points: 2), Step(from: 30, points: 6),
    Step(from: 120, points: 8),
  ]
  /// Pages viewed: one page is what a click from an advertisement gives; who looks around means it more often.
  static let pageViews = [
    Step(from: 0, points: -2), Step(from: 2, points: 1), Step(from: 3, points: 2), Step(from: 5, points: 4),
  ]
  /// Seconds to fill in the form: a program needs none, a browser's auto-fill a few, a person at least ten.
  static let fillTime = [
    Step(from: 0, points: -12), Step(from: 2, points: -5), Step(from: 5, points: 0), Step(from: 10, points: 3),
  ]
  /// Pasted contact details: people know their own name and number, lists are pasted; but password managers paste too.
  static let pasted = -2

  /// An e-mail address that cannot exist, beside a phone number that can: a slip or a refusal.
  static let emailImpossible = -15
  /// Other contact details were sent, but no e-mail address: one way less to reach the person.
  static let emailMissing = -4
  /// A disposable address is made to be thrown away after the form.
  static let emailDisposable = -15
  /// A free mail provider: where most people have their mail.
  static let emailFree = 1
  /// Any other domain: a company, a school, a provider; costs its owner something and is seldom invented.
  static let emailOther = 2

  /// A phone number that cannot exist: whoever calls it loses the lead.
  static let phoneImpossible = -15
  /// Other contact details were sent, but no phone number: call centres cannot work with it.
  static let phoneMissing = -3
  /// A phone number that can exist.
  static let phoneValid = 1
  /// The phone number is of the country that the lead is from.
  static let phoneCountryMatch = 2
  /// It is of another country: sometimes a traveller, more often an invented number.
  static let phoneCountryMismatch = -6

  /// The browser's clock is set to a zone of the lead's country.
  static let timezoneMatch = 2
  /// It is set to a zone of another country: a proxy more often than a traveller.
  static let timezoneMismatch = -5

  /// Other contact details were sent, but no name.
  static let nameMissing = -2
  /// What stands in the name field cannot be a name.
  static let nameImpossible = -6
  /// A name that can be one.
  static let nameValid = 1

  /// The points of the last step at or below `value`; a value below the first step counts as the first.
  static func points(_ ladder: [Step], at value: Double) -> Int {
    (ladder.last { $0.from <= value } ?? ladder.first)?.points ?? 0
  }

  /// The chance of approval that goes with a score, before any label has come in: a prior, not a measurement. An average
  /// lead (50) is taken to be approved one time in five, and each point multiplies the odds by e^0.032, which takes 82 to
  /// 0.41 and keeps even a perfect score below 0.6, since nothing here has been proven yet.
  static let averageApproval = 0.2
  static let logOddsPerPoint = 0.032

  /// How many leads' worth of evidence that chance is taken for where partners are drawn by it: few, so that each of them
  /// is tried now and then.
  static let beliefEvidence = 20.0
}
