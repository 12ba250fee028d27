import Models
import Testing

/// What people write to name a model.
struct ModelAddressTests {
  @Test(
    arguments: [
      ("Qwen/Qwen3-8B", .hub(id: "Qwen/Qwen3-8B")),
      ("Qwen/Qwen3-8B@v1.0", .hub(id: "Qwen/Qwen3-8B", revision: "v1.0")),
      ("a/b:Q8_0", .hub(id: "a/b", quantization: "Q8_0")),
      ("hf.co/a/b-GGUF:Q5_K_M", .hub(id: "a/b-GGUF", quantization: "Q5_K_M")),
      ("hf://a/b", .hub(id: "a/b")),
      ("https://huggingface.co/a/b", .hub(id: "a/b")),
      ("HF.CO/a/b:Q4_0", .hub(id: "a/b", quantization: "Q4_0")),
      ("WWW.huggingface.co/a/b", .hub(id: "a/b")), (" a/b ", .hub(id: "a/b")),
      (
        "https://huggingface.co/a/b/tree/main?show_file_info=m%2DQ8_0.gguf",
        .hub(id: "a/b", file: "m-Q8_0.gguf")
      ),
      (" HTTPS://WWW.HuggingFace.co/a/B ", .hub(id: "a/B")),
      ("https://huggingface.co/a/b/", .hub(id: "a/b")),
      ("https://huggingface.co/a/b?library=transformers#use", .hub(id: "a/b")),
      (
        "https://huggingface.co/a/b-GGUF?show_file_info=sub/x.gguf&x=1",
        .hub(id: "a/b-GGUF", file: "sub/x.gguf")
      ),
      ("https://huggingface.co/a/b/tree/main", .hub(id: "a/b", revision: "main")),
      ("https://huggingface.co/a/b/tree/v2.0/sub", .hub(id: "a/b", revision: "v2.0")),
      ("https://huggingface.co/a/b/tree/refs/pr/1", .hub(id: "a/b", revision: "refs/pr/1")),
      ("https://huggingface.co/a/b/commit/0a1b", .hub(id: "a/b", revision: "0a1b")),
      (
        "https://huggingface.co/a/b/blob/refs/pr/1/x.gguf",
        .hub(id: "a/b", revision: "refs/pr/1", file: "x.gguf")
      ),
      ("https://huggingface.co/a/b/discussions/3", .hub(id: "a/b")),
      (
        "https://huggingface.co/a/b/blob/main/sub/x-Q4_K_M.gguf?download=true",
        .hub(id: "a/b", file: "sub/x-Q4_K_M.gguf")
      ),
      (
        "https://huggingface.co/a/b/resolve/v2/x.gguf",
        .hub(id: "a/b", revision: "v2", file: "x.gguf")
      ),
      ("ollama://llama3.2:3b", .ollama(name: "llama3.2:3b")),
      ("https://ollama.com/library/gemma3", .ollama(name: "gemma3")),
      ("ollama://hf.co/a/b:Q4_0", .ollama(name: "hf.co/a/b:Q4_0")),
      ("./x.gguf", .path("./x.gguf")), ("x.gguf", .path("x.gguf")),
      ("~/m/x.gguf", .path("~/m/x.gguf")),
      ("file:///srv/m", .path("/srv/m")), ("/srv/m", .path("/srv/m")), (".", .path(".")),
      ("oci://ghcr.io/a/b:1", .oci(name: "ghcr.io/a/b:1")),
    ] as [(String, ModelAddress)])
  func `an address is what it is`(text: String, address: ModelAddress) throws {
    #expect(try ModelAddress(text) == address)
  }

  @Test(arguments: [
    "", " ", "a b", "bge-m3", "llama3.2:3b", "https://example.org/a/b", "ftp://a/b", "a/b/c/d",
    "hf.co/datasets/a/b", "hf.co/spaces/a/b", "../a/../b\u{7}", "a/..", "a/b:", "a/b@", "a/b:x y",
    "-a/b", "a/b;rm", "ollama://a:b:c", "ollama://llama3:", "a/b@x//y", "a/b@x/", "a/b@x/../y",
    "https://huggingface.co/collections/a/b", "https://huggingface.co/a/b/resolve/main/../../etc",
    "ollama://",
    "ollama://-x",
    "https://me:secret@huggingface.co/a/b", "a/" + String(repeating: "b", count: 97),
  ])
  func `what is no address says what would do`(text: String) {
    #expect { try ModelAddress(text) } throws: { error in
      (error as? ModelAddress.Problem).map { !$0.message.isEmpty && !$0.help.isEmpty } ?? false
    }
  }
}
