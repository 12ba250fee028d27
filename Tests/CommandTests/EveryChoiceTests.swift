import Foundation
import TestSupport
import Testing

/// A workspace in which every key of `instances.yaml` is written for all and for one, with GPUs of each
/// maker, through the real programs.
struct EveryChoiceTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let workspace = Repository.file("Tests/Corpus/accepted-workspaces/every-choice")
    let result = try Program.amm(
      "generate", "--workspace", workspace.path, "--output", folder.file("generated").path)
    #expect(result.status == 0 && result.errors == "", "\(result.errors)")
  }

  @Test func `the files are the golden ones`() throws {
    let differences = try Golden.differences(
      of: folder.file("generated"), from: Repository.file("Tests/Golden/choices"))
    #expect(differences == [])
  }

  /// The words that Podman gets of each instance; what stands for two words is an option with its value.
  private static let words: [(service: String, words: [String], never: [String])] = [
    (
      "as-all",
      [
        "ghcr.io/huggingface/text-generation-inference:3.3.7-rocm", "--env A=default",
        "--env B=default", "--memory=10g", "--cpus=4", "--group-add=keep-groups",
        "--secret hf-token,type=env,target=HF_TOKEN", "--publish 127.0.0.2:8101:8080",
        "--device /dev/kfd", "--device /dev/dri", "-v as-all:/data", "--network lab",
        "--health-startup-interval 10s",
      ], ["--env-file"]
    ),
    (
      "as-it-says",
      [
        "ghcr.io/huggingface/text-generation-inference:3.3.7", "--env A=own", "--env B=default",
        "--env C=own", "--memory=20g", "--cpus=6", "--env-file %h/.config/amm/token.env",
        "--publish [::1]:8102:8080", "--device nvidia.com/gpu=0", "-v %h/hub:/data:Z",
        "-v prompts:/prompts:ro,z", "-v /srv/extra:/extra:Z",
        "-v /srv/plain:/plain", "-v /srv/all:/all:z", "--stop-timeout 100",
        "--health-on-failure kill", "--secret its-key,type=env,target=API_KEY",
        "--secret upstream,type=env,target=UPSTREAM_TOKEN", "--env-file /run/secrets/more.env",
        "--entrypoint /bin/serve", "--label traefik.enable=true", "--label of=one",
        "--publish 127.0.0.1:9100:9100", "--publish [::1]:9101:9101", "--read-only",
        "--log-driver journald", "--label io.containers.autoupdate=registry", "--shm-size 2g",
        "--ulimit memlock=-1:-1", "--ulimit nofile=1024:65536", "--init",
        "--group-add keep-groups", "--dns 1.1.1.1", "--dns 9.9.9.9", "--cap-add sys_nice",
      ], ["--group-add=keep-groups", "/dev/kfd", "--security-opt label=disable"]
    ),
    (
      "in-part",
      [
        "ghcr.io/ggml-org/llama.cpp:server-b11347", "--env A=default", "--cpus=4",
        "--env-file /run/secrets/token.env",
      ], ["--device", "--memory=10g", "--memory=12g"]
    ),
    (
      "makes-model", ["-v ollama:/root/.ollama", "--group-add=keep-groups", "--memory=10g"],
      ["hf-token,type=env,target=HF_TOKEN"]
    ),
    (
      "makes-model-model",
      ["--entrypoint=/bin/sh", "--env OLLAMA_HOST=http://makes-model:11434", "-c"],
      ["--publish", "--memory=10g"]
    ),
    (
      "other-image",
      [
        "--group-add keep-groups", "--memory=10g", "-v %h/models/m:/models/m:ro",
        "--user 1000:1000",
      ], []
    ),
  ]

  @Test(.needs(.tool("quadlet")))
  func `the real generator passes every choice on`() throws {
    let (services, output) = try Services.made(
      of: folder.file("generated/quadlet"), by: try #require(Program.tool("quadlet")))
    for (service, expected, never) in Self.words {
      let words = try #require(services.words(of: service))
      for word in expected {
        let parts = word.split(separator: " ", maxSplits: 1).map(String.init)
        let isThere =
          parts.count == 1 ? words.contains(word) : words.contains(pair: parts[0], parts[1])
        #expect(isThere, "\(service) lacks '\(word)': \(words)")
      }
      for word in never { #expect(!words.contains(word), "\(service) has '\(word)'") }
    }
    // What systemd itself is told, of those that differ in it.
    let sections = output.components(separatedBy: "---")
    let text = { (name: String) in
      sections.firstIndex(of: "\(name).service").map { sections[$0 + 1] } ?? ""
    }
    #expect(text("as-all").contains("\nTimeoutStartSec=900\n"))
    #expect(text("as-all").contains("WantedBy=default.target"))
    #expect(text("as-it-says").contains("\nTimeoutStartSec=1200\n"))
    #expect(text("as-it-says").contains("\nDescription=Nothing as all have it\n"))
    #expect(!text("as-it-says").contains("WantedBy="))
    #expect(text("makes-model-model").contains("\nRequisite=makes-model.service\n"))
    #expect(text("makes-model").contains("\nWants=makes-model-model.service\n"))
  }

  @Test(.needs(.tool("nix-instantiate")))
  func `Nix reads every choice`() throws {
    let evaluated = try Program.run(
      try #require(Program.tool("nix-instantiate")),
      ["--eval", "--strict", "--json", folder.file("generated/instances.nix").path])
    #expect(evaluated.status == 0, "\(evaluated.errors)")
    let all = try #require(
      JSONSerialization.jsonObject(with: Data(evaluated.output.utf8)) as? [[String: Any]])
    let own = try #require(all.first { $0["name"] as? String == "as-it-says" })
    #expect(own["bind"] as? String == "::1" && own["autoStart"] as? Bool == false)
    #expect(own["podman"] as? String == "5.4")
    #expect((own["environment"] as? [String: String])?["A"] == "own")
    let container = (own["containers"] as? [String: [String: Any]])?["as-it-says"]
    let extra = (container?["extraConfig"] as? [String: [String: Any]])?["Container"]
    #expect(
      extra?["EnvironmentFile"] as? [String] == [
        "%h/.config/amm/token.env", "/run/secrets/more.env",
      ])
    #expect(extra?["PodmanArgs"] as? [String] == ["--memory=20g", "--cpus=6"])
    let amd = try #require(all.first { $0["name"] as? String == "as-all" })
    #expect(amd["devices"] as? [String] == ["/dev/kfd", "/dev/dri"])
    #expect((amd["image"] as? String)?.hasSuffix(":3.3.7-rocm") == true)
  }
}
