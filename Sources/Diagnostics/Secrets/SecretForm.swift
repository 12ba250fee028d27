import Text

/// The form of one kind of access token: a fixed prefix and a body.
struct SecretForm: Sendable {
  /// The characters that the body may contain.
  enum Body: Sendable {
    /// Letters and digits.
    case letters
    /// Letters, digits, `_` and `-`.
    case word
    /// The characters of `word`, and `.`.
    case dotted
    /// Letters, digits, `+`, `/`, `=`, `_`, `-` and `.`: both base64 alphabets.
    case base64
    /// Digits and lower-case letters up to f.
    case hex
    /// Digits and capital letters.
    case capitals

    func contains(_ byte: UInt8) -> Bool {
      switch self {
      case .letters: byte.isASCIIAlphanumeric
      case .word: byte.isTokenByte
      case .dotted: byte.isTokenByte || byte == 0x2E
      case .base64: byte.isTokenByte || byte == 0x2E || byte == 0x2B || byte == 0x2F || byte == 0x3D
      case .hex: byte.isHexDigit
      case .capitals: byte.isASCIIDigit || byte.isASCIIUppercase
      }
    }
  }

  let prefix: [UInt8]
  let body: Body
  /// The shortest body of a real token.
  let shortest: Int
  /// Whether the body has exactly that length.
  ///
  /// Used where the prefix could begin a word.
  let isExact: Bool
  /// Whether the body contains a digit: most names and words with the same prefix have none.
  let hasDigit: Bool

  init(
    _ prefix: StaticString, _ body: Body, _ shortest: Int, exact isExact: Bool = false,
    digit hasDigit: Bool = true
  ) {
    self.prefix = Array(prefix.description.utf8)
    self.body = body
    self.shortest = shortest
    self.isExact = isExact
    self.hasDigit = hasDigit
  }
}

/// The known forms of access tokens, from public secret scanners.
///
/// From gitleaks (config/gitleaks.toml, 2026-07), trufflehog (pkg/detectors, 2026-08), noseyparker
/// and kingfisher (their rules), and the documentation of GitLab and Tailscale. Each length is the
/// shortest that any of them accepts, or less where the prefix is unmistakable.
///
/// Each token has at least twenty characters in total, which ``SecretMatcher`` relies on.
let secretForms: [SecretForm] =
  modelServices + codeHosts + clouds + messengers + payments + developerServices + databases

private let modelServices: [SecretForm] = [
  // Hugging Face: tokens of only letters are valid.
  .init("hf_", .letters, 30, digit: false), .init("hf_", .letters, 20),
  .init("api_org_", .letters, 30, digit: false), .init("api_org_", .letters, 20),
  // OpenAI and services with the same prefix: Anthropic, OpenRouter, DeepSeek, Moonshot, Langfuse.
  .init("sk-", .word, 20), .init("sess-", .letters, 40, exact: true),
  // Groq, NVIDIA, Cerebras, xAI, Perplexity, Together, Fireworks, Replicate.
  .init("gsk_", .word, 20), .init("nvapi-", .word, 20), .init("csk-", .letters, 40),
  .init("xai-", .word, 20), .init("pplx-", .letters, 20), .init("tgp_v1_", .word, 20),
  .init("fw_", .letters, 20), .init("r8_", .word, 20),
  // Voyage, Jina, Tavily, Firecrawl, RunPod, Pinecone, LangSmith, Modal, Weights & Biases.
  .init("pa-", .word, 43, exact: true), .init("jina_", .letters, 20), .init("tvly-", .word, 20),
  .init("fc-", .hex, 32, exact: true), .init("rpa_", .letters, 30), .init("pcsk_", .word, 20),
  .init("lsv2_pt_", .word, 20), .init("lsv2_sk_", .word, 20),
  .init("ak-", .letters, 22, exact: true),
  .init("as-", .letters, 22, exact: true), .init("wandb_v1_", .word, 20),
  // Friendli, Vercel's gateway, Databricks.
  .init("flp_", .letters, 40), .init("vck_", .word, 40), .init("dapi", .hex, 32),
  .init("vcp_", .word, 40), .init("vci_", .word, 40), .init("vca_", .word, 40),
  .init("vcr_", .word, 40), .init("key_", .hex, 64),
]

private let codeHosts: [SecretForm] = [
  // GitHub; its stateless tokens (2026) contain a JWT.
  .init("ghp_", .letters, 20), .init("gho_", .letters, 20), .init("ghu_", .letters, 20),
  .init("ghs_", .dotted, 20), .init("ghr_", .letters, 20), .init("github_pat_", .word, 20),
  // GitLab; routable tokens contain dots.
  .init("glpat-", .dotted, 20), .init("gldt-", .dotted, 20), .init("glrt-", .dotted, 20),
  .init("glrtr-", .dotted, 20), .init("glcbt-", .dotted, 20), .init("glptt-", .dotted, 20),
  .init("glft-", .dotted, 20), .init("glimt-", .dotted, 20), .init("glagent-", .dotted, 20),
  .init("glsoat-", .dotted, 20), .init("glffct-", .dotted, 20), .init("gloas-", .dotted, 20),
  .init("GR1348941", .word, 20), .init("ATBB", .base64, 32),
  // Registries: npm, PyPI, RubyGems, crates.io, Clojars, Docker, NuGet.
  .init("npm_", .letters, 30), .init("pypi-AgE", .word, 20), .init("rubygems_", .hex, 40),
  .init("cio", .letters, 32, exact: true), .init("CLOJARS_", .letters, 40),
  .init("dckr_pat_", .word, 20), .init("dckr_oat_", .word, 20), .init("SWMTKN-1-", .word, 40),
  .init("oy2", .letters, 43, exact: true), .init("AKCp", .letters, 69),
  .init("cmVmdGtu", .letters, 56),
  // Sourcegraph, SonarQube, CircleCI, Buildkite.
  .init("sgp_", .word, 40), .init("squ_", .hex, 40), .init("CCIPAT_", .word, 40),
  .init("bkua_", .letters, 40), .init("ddp_", .letters, 36),
  .init("_gitlab_session=", .letters, 32),
]

private let clouds: [SecretForm] = [
  // AWS: key IDs, and Bedrock keys.
  .init("AKIA", .capitals, 16, exact: true, digit: false),
  .init("ASIA", .capitals, 16, exact: true, digit: false),
  .init("ABIA", .capitals, 16, exact: true, digit: false),
  .init("ACCA", .capitals, 16, exact: true, digit: false),
  .init("A3T", .capitals, 17, exact: true), .init("ABSK", .base64, 100),
  .init("bedrock-api-key-", .base64, 20),
  // Google.
  .init("AIza", .word, 30), .init("AQ.Ab8RN6", .word, 30), .init("ya29.", .word, 20),
  .init("GOCSPX-", .word, 20), .init("1//0", .word, 30),
  // DigitalOcean, Heroku, Alibaba, Volcengine, Yandex, Scalingo, Fly, Render, Netlify, Cloudflare.
  .init("dop_v1_", .hex, 40), .init("doo_v1_", .hex, 40), .init("dor_v1_", .hex, 40),
  .init("HRKU-", .word, 30), .init("LTAI", .letters, 16), .init("AKLT", .word, 35),
  .init("AQVN", .word, 35), .init("tk-us-", .word, 40), .init("fo1_", .word, 40),
  .init("fm1a_", .base64, 80), .init("fm1r_", .base64, 80), .init("fm2_", .base64, 80),
  .init("rnd_", .letters, 24), .init("nfp_", .letters, 36), .init("cfut_", .letters, 40),
  .init("v1.0-", .word, 100), .init("amzn.mws.", .word, 30), .init("atlasv1.", .base64, 50),
  .init("PuTTY-User-Key-File-", .word, 1),
  // Vault, Terraform and similar tools, Pulumi, Doppler, OpenShift, Dynatrace, 1Password, age.
  .init("hvs.", .word, 20), .init("hvb.", .word, 20), .init("hvr.", .word, 20),
  .init("s.", .letters, 24, exact: true), .init("pul-", .hex, 40), .init("dp.pt.", .word, 40),
  .init("dp.st.", .dotted, 40), .init("dp.ct.", .word, 40), .init("dp.sa.", .word, 40),
  .init("dp.scim.", .word, 40), .init("dp.audit.", .word, 40),
  .init("sha256~", .word, 43, exact: true),
  .init("dt0c01.", .dotted, 80), .init("ops_eyJ", .base64, 100),
  .init("AGE-SECRET-KEY-1", .capitals, 40),
  // Tailscale, Infracost, Prefect.
  .init("tskey-", .word, 20), .init("ico-", .letters, 32), .init("pnu_", .letters, 36),
  // JSON tokens in base64, with the dots of a JWT.
  .init("eyJ", .base64, 40), .init("ZXlK", .base64, 60),
  // Key blocks, encoded in base64 again.
  .init("LS0tLS1CRUdJTi", .base64, 30, digit: false),
]

private let messengers: [SecretForm] = [
  // Slack.
  .init("xoxb-", .word, 16), .init("xoxp-", .word, 16), .init("xoxa-", .word, 16),
  .init("xoxr-", .word, 16), .init("xoxs-", .word, 16), .init("xoxo-", .word, 16),
  .init("xoxc-", .word, 16), .init("xoxd-", .base64, 40), .init("xoxe-", .word, 16),
  .init("xoxe.xoxp-", .word, 16), .init("xoxe.xoxb-", .word, 16), .init("xapp-", .word, 16),
  .init("hooks.slack.com/services/", .base64, 30), .init("hooks.slack.com/workflows/", .base64, 30),
  .init("hooks.slack.com/triggers/", .base64, 30),
  // Discord and Teams, by their addresses.
  .init("discord.com/api/webhooks/", .base64, 60),
  .init("webhook.office.com/webhookb2/", .base64, 60),
  // SendGrid, Mailgun, Brevo, Resend, MailerSend, Twilio.
  .init("SG.", .dotted, 40), .init("key-", .letters, 32, exact: true), .init("xkeysib-", .word, 60),
  .init("re_", .word, 33, exact: true), .init("mlsn.", .letters, 30),
  .init("SK", .hex, 32, exact: true),
]

private let payments: [SecretForm] = [
  // Stripe and services with the same prefix; ElevenLabs.
  .init("sk_live_", .letters, 16), .init("sk_test_", .letters, 16), .init("sk_prod_", .letters, 16),
  .init("rk_live_", .letters, 16), .init("rk_test_", .letters, 16), .init("rk_prod_", .letters, 16),
  .init("sk_", .hex, 48, exact: true), .init("whsec_", .base64, 30),
  // Square, Shopify, EasyPost.
  .init("sq0atp-", .word, 20), .init("sq0csp-", .word, 40), .init("EAAA", .word, 60),
  .init("shpat_", .hex, 32), .init("shpca_", .hex, 32), .init("shppa_", .hex, 32),
  .init("shpss_", .hex, 32), .init("EZAK", .letters, 54), .init("EZTK", .letters, 54),
  .init("shippo_live_", .hex, 40),
  .init("fio-u-", .word, 60),
]

private let developerServices: [SecretForm] = [
  // Atlassian, Linear, Notion, Postman, Figma, Typeform, Airtable, HubSpot, PostHog.
  .init("ATATT3", .base64, 35), .init("ATCTT3", .base64, 30), .init("lin_api_", .letters, 32),
  .init("ntn_", .letters, 40), .init("secret_", .letters, 43, exact: true),
  .init("PMAK-", .word, 40),
  .init("figd_", .word, 30), .init("figp_", .word, 40), .init("figo_", .word, 40),
  .init("tfp_", .base64, 40), .init("pat-na1-", .word, 30), .init("phx_", .word, 40),
  // Grafana, Sentry, New Relic.
  .init("glsa_", .word, 30), .init("glc_", .base64, 32), .init("sntrys_", .base64, 60),
  .init("sntryu_", .hex, 60), .init("NRAK-", .capitals, 20), .init("NRJS-", .hex, 19),
  .init("NRII-", .word, 32), .init("NRIQ-", .word, 32), .init("NRAA-", .hex, 27),
  .init("NRRA-", .hex, 42),
  // Dropbox, Adafruit, ReadMe, Apify, Octopus.
  .init("sl.", .base64, 100), .init("STS.", .letters, 20), .init("aio_", .letters, 28, exact: true),
  .init("rdme_", .letters, 60),
  .init("apify_api_", .letters, 30), .init("API-", .capitals, 26, exact: true),
]

private let databases: [SecretForm] = [
  // Supabase, PlanetScale, Neon, MongoDB Atlas, CockroachDB.
  .init("sbp_", .hex, 40), .init("sb_secret_", .word, 20), .init("pscale_tkn_", .dotted, 32),
  .init("pscale_pw_", .dotted, 32), .init("pscale_oauth_", .dotted, 32),
  .init("napi_", .letters, 60),
  .init("mdb_sa_sk_", .word, 30), .init("CCDB1_", .word, 40),
]
