import Deployments
import Diagnostics
import Locks
import Profiles
import Schema

/// Checks of the served models and images against the lock. A lock contains only claims of its
/// author, so these checks report warnings and not errors.
extension WorkspaceChecks {
  static let lockedGated = WorkspaceCheck(
    Rule(
      "token-missing-locked", .warning,
      "A model that is gated according to the lock has no token.",
      Explanation(
        """
        When 'amm lock' queried the hub, the model was available only to accounts that had \
        accepted its terms. Without a token, the download fails with status 401 and the server \
        exits.
        """,
        wrong: """
          # models.lock.json
          {"version": 1, "models": {"huggingface:deepseek-ai/deepseek-coder-6.7b-instruct": {"commit": \
          "0123456789abcdef0123456789abcdef01234567", "origin": "https://huggingface.co", "gated": \
          "automatic", "files": {"config.json": {"size": 2, "sha256": \
          "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"}}}}}
          # instances.yaml
          instances:
            main: {port: 8080}
          # profiles/coding/demo.yaml
          source: {type: huggingface, model_id: deepseek-ai/deepseek-coder-6.7b-instruct}
          container: {runtime: tgi}
          """,
        right: """
          # models.lock.json
          {"version": 1, "models": {"huggingface:deepseek-ai/deepseek-coder-6.7b-instruct": {"commit": \
          "0123456789abcdef0123456789abcdef01234567", "origin": "https://huggingface.co", "gated": \
          "automatic", "files": {"config.json": {"size": 2, "sha256": \
          "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"}}}}}
          # instances.yaml
          instances:
            main: {port: 8080, token: {secret: hf-token}}
          # profiles/coding/demo.yaml
          source: {type: huggingface, model_id: deepseek-ai/deepseek-coder-6.7b-instruct}
          container: {runtime: tgi}
          """,
        source: "huggingface_hub 2.4, errors.py (GatedRepoError)"))
  ) { workspace, rule, collector in
    for instance in workspace.instances {
      guard let profile = instance.active?.profile, let locked = profile.locked,
        locked.gating != .open, profile.facts.gated == nil, case .huggingFace = profile.model,
        profile.runtime.value.tokenVariable(of: profile) != nil, instance.token == nil
      else { continue }
      collector.emit(
        rule, instance.name.range,
        "'\(instance.name.value.text)' has no token for '\(profile.model.text)', which is gated according to the lock",
        help:
          "accept its terms on the hub; then \(workspace.helpForSecret(of: instance, named: "hf-token", key: "HF_TOKEN", setting: "token"))",
        notes: [profile.note(profile.model.range, "the model is named here")])
    }
  }

  static let notLocked = WorkspaceCheck(
    Rule(
      "not-locked", .warning, "The lock has no entry for a model or image that an instance uses.",
      Explanation(
        """
        If a workspace has a lock, units pin its commits and digests. A model or image without an \
        entry is resolved by name when the server starts, so two machines may serve different \
        models.
        """,
        wrong: """
          # models.lock.json
          {"version": 1, "models": {}, "images": {}}
          # instances.yaml
          instances:
            main: {port: 8080}
          # profiles/coding/demo.yaml
          source: {type: ollama, model_id: "llama3.2:3b"}
          container: {runtime: ollama, image: "docker.io/ollama/ollama:0.31.1"}
          """,
        right: """
          # models.lock.json
          {"version": 1, "models": {"ollama:llama3.2:3b": {"commit": \
          "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", "origin": \
          "https://registry.ollama.ai", "gated": "open", "files": {\
          "application/vnd.ollama.image.model": {"size": 2, "sha256": \
          "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"}}}}, "images": {\
          "docker.io/ollama/ollama:0.31.1": {"digest": "sha256:\
          44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"}}}
          # instances.yaml
          instances:
            main: {port: 8080}
          # profiles/coding/demo.yaml
          source: {type: ollama, model_id: "llama3.2:3b"}
          container: {runtime: ollama, image: "docker.io/ollama/ollama:0.31.1"}
          """))
  ) { workspace, rule, collector in
    guard let lock = workspace.lock else { return }
    for instance in workspace.instances {
      guard let profile = instance.active?.profile else { continue }
      let name = instance.name.value.text
      if let wanted = profile.lockName, lock.models[wanted] == nil {
        collector.emit(
          rule, instance.name.range,
          "the lock has no entry for '\(profile.model.text)', which '\(name)' serves",
          help: "run 'amm lock'",
          notes: [profile.note(profile.model.range, "the model is named here")])
      }
      if instance.autoUpdate == nil, let image = workspace.image(of: instance, serving: profile),
        image.canBeLocked, lock.images[image.text] == nil
      {
        collector.emit(
          rule, instance.name.range,
          "the lock has no entry for the image '\(image.text)', which '\(name)' runs",
          help: "run 'amm lock'")
      }
    }
    for companion in workspace.companions {
      guard let image = companion.image, image.canBeLocked, lock.images[image.text] == nil
      else { continue }
      collector.emit(
        rule, companion.name.range,
        "the lock has no entry for the image '\(image.text)', which '\(companion.name.value.text)' runs",
        help: "run 'amm lock'")
    }
  }
}

extension ImageReference {
  /// Whether a registry can resolve the tag to a digest, which is not possible for an image that
  /// was built on this machine.
  package var canBeLocked: Bool { digest == nil && !name.hasPrefix("localhost/") }
}
