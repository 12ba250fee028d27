extension CommandOutput {
  static let plan = CommandOutput("plan", ["amm plan NAME --json"], planned)

  static let planOfWorkspace = CommandOutput(
    "plan-workspace", ["amm plan --json", "amm plan NAME NAME --json"],
    [
      .always("plans", .list(.object(planned)), "The plans, in order."),
      .always(
        "cards",
        .list(
          .object([
            .always("device", .text, "The GPU's CDI name."),
            .always("memory", .integer, "Its memory in bytes."),
            .always(
              "servers",
              .list(
                .object([
                  .always("name", .text, "The instance."),
                  .always("starts", .boolean, "Whether it starts."),
                  .sometimes("bytes", .integer, "Bytes that it takes."),
                  .sometimes("free", .integer, "Bytes that are free when it starts."),
                  .sometimes("wanted", .integer, "Bytes that it needs."),
                  .sometimes(
                    "missing", .integer,
                    "Bytes that may be missing, if it is unsure whether it starts."),
                ])), "Its servers, in the order in which they start."),
            .always("free", .integer, "Bytes that are free afterwards."),
            .always("unknown", .texts, "Instances whose memory need is unknown."),
            .always("failing", .texts, "Instances that do not fit by themselves."),
            .sometimes(
              "fitting_share", .number, "The memory share of one server that would work."),
            .sometimes("working_order", .texts, "The order of starts that would work."),
            .sometimes("helps", .texts, "What to change so that all servers start."),
          ])), "GPUs that several instances share."),
    ])

  static let planAgainstLog = CommandOutput(
    "plan-against", ["amm plan NAME --against LOG --json"],
    planned + [.always("against", .map(.any), "What the server's log reports, by term.")])

  private static let planned: [OutputShape.Member] = [
    .always(
      "name", .text,
      "The instance, profile or path; a further model of a server is 'INSTANCE: PROFILE'."),
    .always("model", .text, "The model."),
    .always("runtime", .text, "The runtime."),
    .sometimes("release", .text, "The version of the runtime's image."),
    .always(
      "gpus",
      .list(
        .object([
          .sometimes("name", .text, "The card."),
          .always("memory", .integer, "Its memory in bytes."),
        ])), "The GPUs that the server can use."),
    .sometimes("read_from", .text, "Where the model's facts were read."),
    .sometimes(
      "solved",
      .object([
        .always("context_length", .integer, "The longest context that certainly fits."),
        .sometimes("quant", .text, "The largest file that certainly fits."),
      ]), "The result of '--solve'."),
    .sometimes(
      "remedy",
      .object([
        .always("setting", .text, "The setting that saves most."),
        .always("tokens", .integer, "Tokens that it gains."),
        .always("bytes", .integer, "Bytes of each GPU that it frees."),
      ]), "What would help most."),
    .sometimes("gpu_count", .integer, "The number of GPUs."),
    .sometimes("terms", .map(.object(term)), "Parts of the memory, by name."),
    .sometimes("host_terms", .map(.object(term)), "Parts of the main memory, by name."),
    .sometimes("bytes_per_gpu", .integer, "The sum, in bytes."),
    .sometimes("bytes_per_gpu_low", .integer, "The lower end of its range."),
    .sometimes("bytes_per_gpu_high", .integer, "The upper end of its range."),
    .sometimes("bytes_needed_per_gpu", .integer, "Bytes for one full request."),
    .sometimes("budget_per_gpu", .integer, "Bytes that the server's memory share allows."),
    .sometimes("context", .integer, "Tokens of the longest request."),
    .sometimes("kv_tokens", .integer, "Tokens that the cache has room for."),
    .sometimes("kv_tokens_low", .integer, "The lower end of its range."),
    .sometimes("kv_tokens_high", .integer, "The upper end of its range."),
    .sometimes("max_concurrency", .number, "Full requests that fit at a time."),
    .sometimes("longest_request", .integer, "Tokens of the longest request that fits."),
    .sometimes("longest_request_low", .integer, "Tokens that certainly fit."),
    .always(
      "verdict", .text(values: ["fits", "unsure", "fails", "unknown"]), "Whether it fits."),
    .sometimes(
      "beside_others", .text(values: ["unsure", "fails"]),
      "Whether it starts beside the other servers of its GPUs, if that is not sure."),
    .sometimes("spare", .integer, "Bytes to spare."),
    .sometimes("missing", .integer, "Bytes that are missing."),
    .sometimes("reason", .text, "Why it does not start, or why nothing is known."),
    .sometimes("notes", .texts, "What the plan leaves open."),
  ]

  private static let term: [OutputShape.Member] = [
    .always("bytes", .integer, "The expected bytes."),
    .always("low", .integer, "The lower end of the range."),
    .always("high", .integer, "The upper end of the range."),
    .always("certainty", .text, "'exact', 'derived' or 'measured'."),
    .always("place", .text(values: ["gpu", "host"]), "Where the memory is."),
    .always("formula", .text, "The formula."),
    .always(
      "inputs",
      .list(
        .object([
          .always("name", .text, "The input."),
          .always("value", .text, "Its value."),
          .always("origin", .text, "Where the value comes from."),
        ])), "The inputs of the formula."),
    .always("source", .text, "Where the formula comes from: project, version, file."),
  ]
}
