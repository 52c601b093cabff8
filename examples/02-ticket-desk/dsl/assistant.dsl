# What language models do, and what they may cost.
module ticket_desk.assistant

llm_model quick_reader "Quick reader":
  provider: anthropic
  model_id: claude-haiku-4-5
  tier: fast
  max_tokens: 1024

llm_model careful_writer "Careful writer":
  provider: openai
  model_id: gpt-5-mini
  tier: balanced
  max_tokens: 4096

llm_config:
  default_model: quick_reader
  logging:
    log_prompts: true
    log_completions: true
    redact_pii: true
  rate_limits:
    quick_reader: 120
    careful_writer: 30
  concurrency:
    quick_reader: 8
    careful_writer: 2

llm_intent sort_ticket "Sort a new ticket":
  model: quick_reader
  prompt: "Which topic fits this report best: general, billing, technical or account? Answer with that one word.\n\n$subject\n\n$description"
  timeout: 20
  retry:
    max_attempts: 3
    backoff: exponential
  pii:
    scan: true
    action: redact
  trigger:
    on_entity: Ticket
    on_event: created
    input_map:
      subject: entity.subject
      description: entity.description
    write_back:
      Ticket.category: output
    when: "entity.category == null"

llm_intent draft_answer "Draft an answer":
  model: careful_writer
  prompt: "Draft a short, friendly answer to this report. Promise nothing.\n\n$description"
  timeout: 60
  retry:
    max_attempts: 2
    backoff: linear
    initial_delay_ms: 500
  pii:
    scan: true
    action: redact

llm_intent weekly_summary "Sum up a week":
  model: careful_writer
  prompt: "Sum up what customers asked about this week, in five sentences.\n\n$subjects"
  timeout: 90
