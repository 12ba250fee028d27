package import Deployments

extension Runtime {
  /// How the server of a launch is asked for its model; nil where it tells none.
  package static func identity(of launch: Launch, _ profile: Profile) -> ModelIdentity? {
    identityByName(of: launch, profile)
  }

  /// OpenAI's list of models, where it has one.
  static func identityByName(of launch: Launch, _ profile: Profile) -> ModelIdentity? {
    guard interface(of: profile).endpoint.openAI != nil else { return nil }
    return ModelIdentity(path: "/v1/models", form: .openAI, name: launch.model)
  }
}

extension Launch {
  /// `/info` of TGI and TEI, which gives back what the variable `MODEL_ID` said.
  func identityByInfo() -> ModelIdentity? {
    environment.first { $0.name.text == "MODEL_ID" }.map {
      ModelIdentity(path: "/info", form: .member("model_id"), name: $0.value)
    }
  }
}
