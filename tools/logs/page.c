#include "tools/logs/page.h"

#include "base/json.h"

void log_page_tell(const struct log_source *source, struct envelope *v)
{
    for (size_t i = 0; i < source->lines.count; i++) {
        const struct log_line *line = &source->lines.items[i];
        struct evidence item = {.source = "cloudwatch_logs", .ts_ms = line->ts_ms, .text = line->text,
                                .severity = severity_name(line->severity),
                                .locator = json_pack("{s:s, s:s}", "group", source->group, "stream", source->stream)};
        if (!envelope_evidence(v, &item)) {
            envelope_warn(v, "lines_left_out", "%zu more lines of this page were left out; lower max_lines",
                          source->lines.count - i);
            break;
        }
    }
    envelope_tell_evidence(v, EVIDENCE_MAX);
}
