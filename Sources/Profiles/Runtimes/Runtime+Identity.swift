package import Deployments

extension Runtime {
  /// Returns the query that asks a server which model it serves, or nil if it does not report one.
  package static func identity(of launch: Launch, _ profile: Profile) -> ModelIdentity? {
    identityByName(of: launch, profile)
  }

  package static func identityOfNamed(
    _ launch: Launch, _ profile: Profile
  ) -> ModelIdentity? { identity(of: launch, profile) }

  /// Returns a query of OpenAI's list of models, if the server has one.
  static func identityByName(of launch: Launch, _ profile: Profile) -> ModelIdentity? {
    guard interface(of: profile).endpoint.openAI != nil else { return nil }
    return ModelIdentity(path: "/v1/models", form: .openAI, name: launch.model)
  }
}

extension Launch {
  /// Returns a query of `/info` of TGI and TEI, which reports the value of the variable `MODEL_ID`.
  func identityByInfo() -> ModelIdentity? {
    environment.first { $0.name.text == "MODEL_ID" }.map {
      ModelIdentity(path: "/info", form: .member("model_id"), name: $0.value)
    }
  }
}
