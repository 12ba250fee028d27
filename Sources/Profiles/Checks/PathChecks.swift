import Deployments
import Diagnostics
import Schema
import Values

/// Checks of the paths that a server reads.
extension Checks {
  static let pathOfHost = Check(
    Rule(
      "path-of-host", "The path is on this machine, not in the container.",
      Explanation(
        """
        The server reads files in its container. The container does not have your home folder, and \
        nothing replaces '~'. Some servers treat a path that does not exist as the value itself.
        """,
        wrong: """
          container:
            runtime: vllm
          vllm:
            chat_template: ~/templates/llama3.jinja
          """,
        right: """
          # instances.yaml
          instances:
            main:
              port: 8080
              gpus: [nvidia]
              volumes: ["~/templates:/templates:ro"]
          # profiles/coding/demo.yaml
          container:
            runtime: vllm
          vllm:
            chat_template: /templates/llama3.jinja
          """,
        source: "vLLM 0.31.0, entrypoints/chat_utils.py (validate_chat_template)"))
  ) { profile, report in
    for path in profile.paths(of: names) where path.value.hasPrefix("~") {
      let file = path.value.split(separator: "/").last.map(String.init) ?? ""
      report(
        path.range,
        "'\(path.value.abbreviatedPath)' is a path on this machine, not in the container",
        help:
          "mount its folder with 'volumes' of the instance, such as '~/templates:/templates:ro', and write '/templates/\(file)'"
      )
    }
  }

  static let pathNotMounted = Check(
    Rule(
      "path-not-mounted", .warning, "The path is in a home folder that the container may not have.",
      Explanation(
        """
        Home folders of this machine are not in the container. The server stops at a path that does \
        not exist, or treats the path as the value itself.
        """,
        wrong: """
          container:
            runtime: vllm
          vllm:
            chat_template: /home/me/templates/llama3.jinja
          """,
        right: """
          container:
            runtime: vllm
          vllm:
            chat_template: /templates/llama3.jinja
          """,
        source: "vLLM 0.31.0, entrypoints/chat_utils.py (validate_chat_template)"))
  ) { profile, report in
    for path in profile.paths(of: names)
    where ["/home/", "/Users/"].contains(where: path.value.hasPrefix) {
      let file = path.value.split(separator: "/").last.map(String.init) ?? ""
      report(
        path.range,
        "'\(path.value.abbreviatedPath)' is not in the container unless it is mounted there",
        help:
          "mount its folder with 'volumes' of the instance, such as '~/templates:/templates:ro', and write '/templates/\(file)'"
      )
    }
  }

  /// Options that take a path, in any server.
  private static let names = [
    "--chat-template", "--chat-template-file", "--tokenizer", "--tokenizer-path",
    "--tool-parser-plugin", "--reasoning-parser-plugin", "--lora", "--config",
    "--speculative-draft-model-path", "--spec-draft-model", "--tokenizer-config-path",
    "--weights-cache-override", "--grammar-file", "--download-dir",
  ]
}

extension Profile {
  /// Returns the values of some options that begin with '~' or '/'.
  fileprivate func paths(of names: [String]) -> [Located<String>] {
    let own = settings.own.contains { setting in
      if case .text(let text) = setting.value.value { text.mayBePath } else { false }
    }
    let isPassed =
      given.contains { given in given.values.contains { $0.value.mayBePath } }
      || environment.contains { $0.item.value.mayBePath }
    guard own || isPassed else { return [] }
    return names.compactMap { word($0) }.filter(\.value.mayBePath)
  }
}

extension String {
  fileprivate var mayBePath: Bool { utf8.first == UInt8(ascii: "~") || utf8.first == 0x2F }
  fileprivate var abbreviatedPath: String { utf8.count > 60 ? String(prefix(57)) + "..." : self }
}
