#include "tools/tool.h"

#include "base/json.h"

json_t *tool_text_content(const char *text, size_t n)
{
    json_t *block = json_object();
    json_put_str(block, "type", "text");
    json_put(block, "text", json_str_lossy(text, n));
    json_t *content = json_array();
    json_array_append_new(content, block);
    return content;
}
