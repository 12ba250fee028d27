import Deployments
import Schema

extension Ollama {
  package static let servesSeveralModels = true

  /// Returns the launch of a server on which each model is created by a task of its own.
  package static func launch(of models: [LaunchedProfile]) throws(ModelConflict) -> Launch? {
    var launch = models[0].launch
    for (place, model) in models.enumerated().dropFirst() {
      // Variables are settings of the server, and only parameters belong to a model.
      let other = model.launch.environment.first { launch.value(of: $0.name.text) != $0.value }
      if let other {
        throw ModelConflict(
          place, "sets '\(other.name.text)', which applies to all models of the server",
          help: "set it in '\(models[0].profile.name.value)', the profile of the link")
      }
      launch.preparation += model.launch.preparation.map { step in
        var step = step
        step.suffix += "-\(place + 1)"
        return step
      }
    }
    return launch
  }
}
