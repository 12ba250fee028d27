import Foundation
import TestSupport
import Testing

/// `amm endpoints --for`: the configurations of client programs.
struct ClientFileTests {
  private static let clients = [
    "open-webui", "litellm", "continue", "opencode", "aider", "zed", "vscode", "env", "curl",
  ]
  private static let json = ["opencode", "zed", "vscode"]

  private func result(_ client: String, _ arguments: String...) throws -> Finished {
    let workspace = Repository.file("Tests/Corpus/accepted-workspaces/companions").path
    let result = try Program.amm(
      ["endpoints", "--for", client, "--workspace", workspace] + arguments)
    #expect(result.status == 0, "\(result.errors)")
    return result
  }

  @Test(arguments: clients)
  func `a configuration and its explanation are the golden ones`(client: String) throws {
    let shown = try result(client)
    let difference = try Golden.difference(
      of: shown.output + "--- standard error\n" + shown.errors,
      from: Repository.file("Tests/Golden/clients/\(client).txt"))
    #expect(difference == nil)
  }

  @Test func `every client is here`() throws {
    let refused = try Program.amm("endpoints", "--for", "no-client")
    #expect(refused.status == 64)
    let line = try #require(refused.errors.split(separator: "\n").first { $0.contains("curl") })
    let known = line.split(separator: "'").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
    #expect(known.map(String.init) == Self.clients, "\(refused.errors)")
  }

  @Test(arguments: json)
  func `a JSON parser reads what is JSON`(client: String) throws {
    _ = try JSONSerialization.jsonObject(with: Data(result(client).output.utf8))
  }

  @Test func `a shell reads the commands`() throws {
    for client in ["env", "curl"] {
      let read = try Program.run(
        URL(fileURLWithPath: "/bin/sh"), ["-nc", result(client, "chat").output])
      #expect(read.status == 0 && read.errors == "", "\(read.errors)")
    }
  }

  /// A router with a key of its own wants that one; another passes the server's on.
  @Test func `a client behind a router sends the key that the router checks`() throws {
    let shown = try (result("curl", "--through", "lite"), result("curl", "--through", "router"))
    for name in ["chat", "coding"] {
      #expect(
        shown.0.errors.contains(
          "AMM_\(name.uppercased())_API_KEY must contain the key of 'lite': the secret 'lite-key'"))
      for (output, port) in [(shown.0.output, 4000), (shown.1.output, 9292)] {
        #expect(output.contains("http://127.0.0.1:\(port)/v1/chat/completions"))
        #expect(output.contains("{\"model\": \"\(name)\""))
      }
    }
    #expect(!shown.0.errors.contains("chat-key"))
    #expect(shown.1.errors.contains("the key of 'chat': the secret 'chat-key'"))
    #expect(!shown.1.errors.contains("the key of 'coding'"))
    // Nothing leads past the router, and nobody else is behind it.
    #expect(!shown.0.output.contains(":8001/") && !shown.1.output.contains(":8001/"))
    #expect(!shown.1.output.contains("ollama"))
  }

  @Test func `only a companion that leads to models is a router`() throws {
    let workspace = Repository.file("Tests/Corpus/accepted-workspaces/companions").path
    for name in ["webui", "tool", "chat"] {
      let refused = try Program.amm(
        "endpoints", "--for", "curl", "--through", name, "--workspace", workspace)
      #expect(refused.status == 1 && refused.output == "")
      #expect(refused.errors.contains("no companion '\(name)' leads to servers"))
      #expect(refused.errors.contains("'lite'") && refused.errors.contains("'router'"))
    }
  }
}
