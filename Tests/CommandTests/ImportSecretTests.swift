import Foundation
import TestSupport
import Testing
import Values

/// Secrets of other tools' files: hidden by their places, however they are spelled.
struct ImportSecretTests {
  /// A file with secrets, which all contain `LEAK`, and words of it that are shown.
  private struct Input: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    var shown: [String] = []
    /// A line of the preview that names a secret.
    var named: String?

    var testDescription: String { name }
  }

  private static let image = "docker.io/vllm/vllm-openai:v0.31.0"

  private static let inputs: [Input] = [
    Input(
      name: "continued.container",
      text:
        "[Container]\nImage=\(image)\nExec=Qwen/Qwen3-8B --api-key \\\n  LEAKcont\nAddDevice=nvidia.com/gpu=all\n",
      shown: ["'--api-key' has its value in the file"], named: "api_key: continued-key"),
    Input(
      name: "two.container",
      text:
        "[Container]\nImage=\(image)\nExec=Qwen/Qwen3-8B --api-key LEAKa LEAKb --bogus\nAddDevice=nvidia.com/gpu=all\n",
      shown: ["Exec=Qwen/Qwen3-8B --api-key ***** ***** --bogus"]),
    Input(
      name: "escaped.container",
      text:
        "[Container]\nImage=\(image)\nExec=Qwen/Qwen3-8B --bogus\nEnvironment=\"DB_PASSWORD=LEAK\\x61b\" B=x\nAddDevice=nvidia.com/gpu=all\n",
      shown: ["--bogus"]),
    Input(
      name: "several.sh",
      text: """
        export VLLM_API_KEY=LEAKexported
        : "${OTHER_KEY:=LEAKother}"
        vllm serve Qwen/Qwen3-4B --api-key "$OTHER_KEY" --port 8500 --bogus --api-key LEAKa LEAKb LEAKc
        KEY=$(printf LEAKprintf); vllm serve Qwen/Qwen3-32B --port 8501 --api-key $KEY --bogus

        """, shown: ["vllm serve Qwen/Qwen3-4B --api-key \"$OTHER_KEY\" --port 8500 --bogus"]),
    Input(
      name: "commas.sh",
      text:
        "llama-server -m /m/x.gguf --api-key=LEAKa,LEAKb -c abc --api-key LEAKd,LEAKe\ncurl -H \"Authorization: Bearer sk-LEAKcurl1234567890abcdefghij\" http://localhost:8000\n",
      shown: ["llama-server -m /m/x.gguf --api-key=***********", "\" http://localhost:8000"]),
    Input(
      name: "anchor.yaml",
      text:
        "x-key: &k LEAKanchor\nservices:\n  a:\n    image: \(image)\n    command: [\"--model\",\"Qwen/Qwen3-8B\",\"--api-key\",*k, \"--bogus\"]\n    environment: {VLLM_API_KEY: *k}\n    gpus: all\n",
      shown: ["\"--model\",\"Qwen/Qwen3-8B\",\"--api-key\""]),
    Input(
      name: "abbreviated.yaml",
      text:
        "services:\n  a:\n    image: \(image)\n    command: [\"--model\",\"Qwen/Qwen3-8B\",\"--api-k\",\"LEAKabbr\"]\n    gpus: all\n",
      shown: ["podman secret create a-key FILE"], named: "api_key: a-key"),
    Input(
      name: "variables.yaml",
      text:
        "services:\n  a:\n    image: \(image)\n    command: Qwen/Qwen3-8B\n    environment: {DB_PASSWORD: LEAKdb, POSTGRES_PASS: LEAKpg, MY_CREDENTIALS: LEAKcred, AWS_SECRET_ACCESS_KEY: LEAKaws, HTTPS_PROXY: 'http://me:LEAKproxy@proxy:1'}\n    gpus: all\n",
      shown: ["podman secret create a-aws-secret-access-key FILE"],
      named:
        "secrets: {DB_PASSWORD: a-db-password, POSTGRES_PASS: a-postgres-pass, MY_CREDENTIALS: a-my-credentials, AWS_SECRET_ACCESS_KEY: a-aws-secret-access-key, HTTPS_PROXY: a-https-proxy}"
    ),
    Input(
      name: "spaces.yaml",
      text:
        "services:\n  a:\n    image: \(image)\n    command: Qwen/Qwen3-8B\n    environment: [\"HF_TOKEN = LEAKspaces\"]\n    gpus: all\n",
      shown: ["invalid variable name 'HF_TOKEN '"]),
    Input(
      name: "options.sh",
      text:
        "docker run --gpus all -p 8000:8000 -e AWS_SECRET_ACCESS_KEY=LEAKrun \(image) --model Qwen/Qwen3-8B --ssl-keyfile-password LEAKssl\n",
      shown: [
        "--gpus all -p 8000:8000 -e AWS_SECRET_ACCESS_KEY=******* \(image) --model",
        "dropped  --ssl-keyfile-password",
      ], named: "secrets: {AWS_SECRET_ACCESS_KEY: vllm-openai-aws-secret-access-key}"),
    Input(
      name: "variable.sh",
      text:
        "text-generation-launcher --model-id a/b --ngrok-authtoken LEAKngrok\n",
      shown: ["changed  --ngrok-authtoken"], named: "secrets: {NGROK_AUTHTOKEN: b-ngrok-authtoken}"
    ),
    Input(
      name: "visible.sh",
      text: "KEY=LEAKvisible\nvllm serve Qwen/Qwen3-8B --api-key $KEY --served-model-name $KEY\n",
      shown: ["the value of a secret is also the value of this setting"]),
    Input(
      name: "shell.yaml",
      text:
        "services:\n  a:\n    image: \(image)\n    entrypoint: [bash, -c]\n    command: [\"vllm serve Qwen/Qwen3-8B --api-key LEAKshell --bogus\"]\n    gpus: all\n",
      shown: ["vllm serve Qwen/Qwen3-8B --api-key ********* --bogus"]),
  ]

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func amm(_ words: String...) throws -> Finished {
    try Program.amm(words, in: folder.url, environment: ["HOME": "/home/me", "AMM_WORKSPACE": ""])
  }

  @Test(arguments: inputs) private func `a secret is shown in no form`(input: Input) throws {
    try folder.write(input.text, to: input.name)
    let preview = try amm("import", input.name, "--dry-run", "--into", "w")
    let text = preview.errors + preview.output
    var all = text
    let data = try amm("import", input.name, "--dry-run", "--json", "--into", "w")
    all += data.errors + data.output
    for format in ["text", "json", "sarif", "github", "junit"] {
      let checked = try amm("validate", "--as", "foreign", "--format", format, input.name)
      all += checked.errors + checked.output
    }
    let written = try amm("import", input.name, "--into", "w")
    all += written.errors + written.output
    for name in (try? FileManager.default.subpathsOfDirectory(atPath: folder.file("w").path)) ?? []
    {
      all += (try? folder.read("w/" + name)) ?? ""
    }
    #expect(!all.contains("LEAK"), "\(all)")
    for word in input.shown { #expect(text.contains(word), "\(word)\n\(text)") }
    if let named = input.named { #expect(text.contains("+    " + named), "\(text)") }
  }

  @Test(arguments: [
    "export HF_TOKEN=${HF_TOKEN:-\"your-huggingface-token-here\"}\nvllm serve a/b\n",
    "export OPENAI_API_KEY=EMPTY\nvllm serve a/b --api-key none\n",
    "HUGGING_FACE_HUB_TOKEN=your_hf_token_here vllm serve a/b\n",
    "vllm serve a/b --api-key <key> --hf-token hf_xxxxxxxxxxxxxxxx\n",
  ]) func `a placeholder is no secret`(script: String) throws {
    try folder.write(script.replacing("<key>", with: "'<key>'"), to: "start.sh")
    let result = try amm("validate", "start.sh")
    // As a token of the hub, it is refused, which is another problem.
    #expect(result.status == 0 && !result.errors.contains("import-secret"), "\(result.errors)")
  }

  @Test func `a reference after Bearer is no token`() throws {
    try folder.write(
      "models:\n  a:\n    cmd: llama-server -m /m/a.gguf --port ${PORT}\n    proxy: http://127.0.0.1:${PORT}\n    headers: {Authorization: \"Bearer ${env.OPENROUTER_API_KEY}\"}\n",
      to: "swap.yaml")
    let result = try amm("validate", "--as", "foreign", "swap.yaml")
    #expect(!result.errors.contains("token or password"), "\(result.errors)")
  }

  @Test func `a misspelt number of tokens is an unknown option`() throws {
    try folder.write(
      "docker run -d --gpus all --shm-size 1g -p 8080:80 -v /d:/data ghcr.io/huggingface/text-generation-inference:3.3.6 --model-id Qwen/Qwen3-8B --max-total-token 4096\n",
      to: "tgi.sh")
    let result = try amm("validate", "tgi.sh")
    #expect(result.errors.contains("has no option '--max-total-token'"), "\(result.errors)")
    #expect(result.errors.contains("did you mean '--max-total-tokens'?"))
    #expect(!result.errors.contains("secret"))
  }

  @Test func `an export is printed as it is written to a file`() throws {
    try folder.write(
      "name: s\nsource: {type: huggingface, model_id: org/model}\ncontainer: {runtime: sglang}\n",
      to: "w/profiles/chat/s.yaml")
    try FileManager.default.createDirectory(
      at: folder.file("w/active"), withIntermediateDirectories: true)
    try folder.link("w/active/s.yaml", to: "../profiles/chat/s.yaml")
    try folder.write(
      "version: 1\ninstances:\n  s: {port: 8080, api_key: s-key}\n", to: "w/instances.yaml")
    for form in ["command", "run", "compose"] {
      let printed = try amm("export", "s", "-w", "w", "--as", form)
      #expect(printed.status == 0, "\(printed.errors)")
      let file = try amm("export", "s", "-w", "w", "--as", form, "--output", "out")
      #expect(file.status == 0)
      let text = try folder.read("out")
      #expect(printed.output == text && !text.contains("***"))
      let json = try amm("export", "s", "-w", "w", "--as", form, "--json")
      #expect(JSONValue(parsing: json.output)?["text"]?.text == text, "\(json.output)")
    }
  }
}
