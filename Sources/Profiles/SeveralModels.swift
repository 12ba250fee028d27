import Deployments
import Schema

/// A profile and its launch, as one of the models of a server.
package typealias LaunchedProfile = (profile: Profile, launch: Launch)

/// The reason that a server cannot have several models together.
package struct ModelConflict: Error, Equatable {
  /// The index of the model that does not fit.
  package let place: Int
  /// The problem, in words that follow the profile's name.
  package let message: String
  /// How to fix the problem.
  package let help: String

  package init(_ place: Int, _ message: String, help: String) {
    self.place = place
    self.message = message
    self.help = help
  }
}

extension Launch {
  /// Returns the launch of one server with several models, of which the first is its main one.
  ///
  /// - Throws: A ``ModelConflict``.
  package static func of(_ models: [LaunchedProfile]) throws(ModelConflict) -> Launch {
    guard let first = models.first, models.count > 1 else {
      preconditionFailure("a server with several models has more than one")
    }
    let runtime = first.profile.runtime.value
    let able = Runtimes.all.filter { $0.servesSeveralModels }.map { $0.name }
    let single = ModelConflict(
      1, "cannot be added: \(runtime.name) serves one model",
      help: "use a profile of \(able.joined(separator: " or ")), or another instance")
    guard runtime.servesSeveralModels else { throw single }
    var names: Set<String> = [first.launch.model]
    for (place, model) in models.enumerated().dropFirst() {
      guard model.profile.runtime.value == runtime else {
        throw ModelConflict(
          place,
          "runs on \(model.profile.runtime.value.name), and the server is of \(runtime.name)",
          help: "choose profiles of one runtime")
      }
      if let image = model.profile.image, image.value != first.profile.image?.value {
        throw ModelConflict(
          place, "names another image", help: "write the same 'container.image' in both profiles")
      }
      guard names.insert(model.launch.model).inserted else {
        throw ModelConflict(
          place, "has the same model name as another one: '\(model.launch.model)'",
          help: "give it another 'name'")
      }
    }
    guard let launch = try runtime.launch(of: models) else { throw single }
    return launch
  }
}
