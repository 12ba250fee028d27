/// What options of TGI mean that amm has no field for, in one sentence each.
extension TextGenerationInference {
  package static let sentences = [
    "--disable-usage-stats": "Whether nothing is told to the makers of TGI.",
    "--prometheus-port": "The port in the container for figures of the server.",
    "--master-addr": "The address at which the GPUs' processes find each other.",
    "--master-port": "The port at which the GPUs' processes find each other.",
    "--shard-uds-path": "Where the router's socket to the GPUs' processes lies.",
    "--weights-cache-override": "Another folder in the container for downloaded models.",
  ]
}
