package import Deployments

/// The cache in which a runtime keeps the models that it downloads.
package struct ModelCache: Sendable {
  /// The path at which the image expects the cache.
  package let path: ContainerPath
  /// Whether several servers can use one cache at the same time.
  package let isShareable: Bool
  /// The kind of cache; two kinds never share a location.
  package let kind: String
  /// Whether it contains only downloads, so that a server with local files does not need it.
  package let isOfDownloads: Bool
  /// The folder in it that is the hub's cache, or empty for the cache's root; nil for a cache with
  /// another layout.
  package let hub: String?

  /// Creates a cache; its volume is named after the kind.
  package init(
    _ kind: String, at path: ContainerPath, shareable: Bool, ofDownloads: Bool = true,
    hub: String? = nil
  ) {
    self.kind = kind
    self.hub = hub
    isOfDownloads = ofDownloads
    self.path = path
    isShareable = shareable
  }
}

/// The cache for code that a runtime compiles for a GPU, so that the next start can reuse it.
package struct CompileCache: Sendable {
  /// The path of the folder in the container.
  package let path: ContainerPath
  /// The variables that name folders inside it.
  package let variables: [(name: String, folder: String)]

  /// Creates a cache with a folder and the variables for the folders inside it.
  package init(at path: ContainerPath, _ variables: [(name: String, folder: String)]) {
    self.path = path
    self.variables = variables
  }

  /// Returns the cache of the compilers that PyTorch's servers use: Triton
  /// (python/triton/knobs.py), PyTorch (torch/_inductor/runtime/cache_dir_utils.py) and FlashInfer
  /// (flashinfer/jit/env.py).
  package static func ofPyTorch(_ more: [(name: String, folder: String)] = []) -> CompileCache {
    CompileCache(
      at: ContainerPath(literal: "/var/cache/compiled"),
      more + [
        ("TRITON_CACHE_DIR", "triton"), ("TORCHINDUCTOR_CACHE_DIR", "inductor"),
        ("FLASHINFER_WORKSPACE_BASE", "flashinfer"),
      ])
  }
}
