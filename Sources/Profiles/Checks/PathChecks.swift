import Deployments
import Diagnostics
import Schema
import Values

/// Files that a server is to read.
extension Checks {
  static let pathOfHost = Check(
    Rule(
      "path-of-host", "A path is one that the container has.",
      Explanation(
        """
        The server reads files of its container, where the home folder of this machine is not, and \
        nothing replaces '~'. Some servers take a path that does not exist for a text.
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
        "'\(path.value.abbreviatedPath)' is a path of this machine, not of the container",
        help:
          "mount its folder with 'volumes' of the instance, such as '~/templates:/templates:ro', and write '/templates/\(file)'"
      )
    }
  }

  static let pathNotMounted = Check(
    Rule(
      "path-not-mounted", .warning, "A file below a person's home is one that is mounted.",
      Explanation(
        """
        Home folders of this machine are not in the container. The server stops at a path that does \
        not exist, or takes it for a text.
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
  /// What some options are set to that begins as a path of a machine does.
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
