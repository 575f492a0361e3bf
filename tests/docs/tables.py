"""The parts of documents that are made from what the program says of itself."""
import json
import re
import subprocess

COMMANDS = ("http", "stdio", "tools", "call", "doctor", "iam")
LARGE = "99999999"


def program_says(lakewarden, *arguments):
    """Standard output of a command that ends well."""
    return subprocess.run([lakewarden, *arguments], capture_output=True, text=True, check=True).stdout


def help_of(lakewarden, command):
    """Settings of one command, from its help: name -> (value, help)."""
    settings = {}
    name = ""
    for line in program_says(lakewarden, command, "--help").split("\n\n", 1)[1].splitlines():
        flag = re.match(r"  --([a-z-]+)(?: (\S+))?(?:  +(.*))?$", line)
        if flag:
            name = flag.group(1)
            settings[name] = [flag.group(2) or "", flag.group(3) or ""]
        else:
            settings[name][1] = (settings[name][1] + " " + line.strip()).strip()
    return settings


def range_of(lakewarden, name, value):
    """The limits of a number or time, from what the program says to one beyond them."""
    if value not in ("N", "TIME"):
        return ""
    done = subprocess.run([lakewarden, "http", f"--{name}", LARGE + ("h" if value == "TIME" else "")],
                          capture_output=True, text=True, check=False)
    limits = re.search(r"(?:from|outside) (\w+) to (\w+)", done.stderr)
    return f"{short_time(limits.group(1))} to {short_time(limits.group(2))}"


def short_time(text):
    """3600000ms is 1h to a reader; what is no time stays."""
    for unit, size in (("h", 3600000), ("m", 60000), ("s", 1000)):
        if text.endswith("ms") and int(text[:-2]) and int(text[:-2]) % size == 0:
            return f"{int(text[:-2]) // size}{unit}"
    return text


def all_settings(lakewarden):
    """name -> {value, help, fallback, repeatable, range, commands}."""
    found = {}
    for command in COMMANDS:
        for name, (value, text) in help_of(lakewarden, command).items():
            row = found.setdefault(name, {"value": value, "commands": []})
            row["commands"].append(command)
            fallback = re.search(r" \(default ([^()]*)\)$", text)
            row["fallback"] = fallback.group(1) if fallback else ""
            text = re.sub(r" \(default [^()]*\)$", "", text)
            row["repeatable"] = text.endswith(" (repeatable)")
            row["help"] = text.removesuffix(" (repeatable)")
    for name, row in found.items():
        row["range"] = range_of(lakewarden, name, row["value"])
    return found


def cell(text):
    """Text that may stand in a table."""
    return text.replace("|", "\\|")


def settings_table(lakewarden):
    """One row for each setting, in the order of the help."""
    lines = ["| setting | value | default | applies to | what it does |", "|---|---|---|---|---|"]
    for name, row in all_settings(lakewarden).items():
        commands = "all" if len(row["commands"]) == len(COMMANDS) else ", ".join(row["commands"])
        more = "; repeatable" if row["repeatable"] else f"; {row['range']}" if row["range"] else ""
        value = f"`{row['value']}`" if row["value"] else "flag"
        fallback = f"`{row['fallback']}`" if row["fallback"] else ""
        lines.append(f"| `--{name}` | {cell(value)} | {cell(fallback)} | {commands} | {cell(row['help'])}{more} |")
    return "\n".join(lines) + "\n"


def documents_of(lakewarden):
    """The tool documents, by name."""
    return {tool["name"]: tool for tool in json.loads(program_says(lakewarden, "tools", "--json"))["tools"]}


def prompts_table(folder):
    """The prompts by their documents: name, what it is for, and the arguments, those that must be given in bold."""
    lines = ["| prompt | for | arguments |", "|---|---|---|"]
    for path in sorted(folder.glob("*.json")):
        document = json.loads(path.read_text())
        arguments = [f"**`{a['name']}`**" if a.get("required") else f"`{a['name']}`" for a in document["arguments"]]
        lines.append(f"| `{document['name']}` | {document['title']}: {document['description'][0].lower()}"
                     f"{document['description'][1:]} | {', '.join(arguments)} |")
    return "\n".join(lines) + "\n"


def tools_table(documents):
    """One row for each tool, linked to its page."""
    lines = ["| tool | asks or does | changes something |", "|---|---|---|"]
    for name, document in documents.items():
        writes = "" if document["annotations"]["readOnlyHint"] else "yes"
        lines.append(f"| [{name}](tools/{name}.md) | {document['title']} | {writes} |")
    return "\n".join(lines) + "\n"


def limits_of(schema):
    """What a value must be, in a few words."""
    kind = schema["type"]
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "pattern" in schema:
        return f"{kind} like `{schema['pattern']}`"
    low, high = (("minLength", "maxLength") if kind == "string" else ("minimum", "maximum"))
    words = {"string": "characters", "array": "items", "object": "members"}.get(kind, "")
    if kind in ("array", "object"):
        low, high = ("minItems", "maxItems") if kind == "array" else ("minProperties", "maxProperties")
    limits = [str(schema[key]) for key in (low, high) if key in schema]
    span = " to ".join(limits) if len(limits) == 2 else f"{'at least' if low in schema else 'at most'} {limits[0]}" if limits else ""
    return f"{kind}{', ' + span if span else ''}{' ' + words if span and words else ''}"


def arguments_table(document):
    """One row for each argument, nested ones behind a dot."""
    lines = ["| argument | what it may be | default | meaning |", "|---|---|---|---|"]
    schema = document["inputSchema"]

    def add(prefix, schema):
        for name, one in schema.get("properties", {}).items():
            needed = "needed" if name in schema.get("required", []) else ""
            fallback = f"`{json.dumps(one['default'])}`" if "default" in one else needed
            lines.append(f"| `{prefix}{name}` | {cell(limits_of(one))} | {fallback} | {cell(one.get('description', ''))} |")
            add(f"{prefix}{name}.", one)

    add("", schema)
    return "\n".join(lines) + "\n"


def tool_part(document):
    """Title, description and arguments of one tool."""
    return f"**{document['title']}** {document['description']}\n\n{arguments_table(document)}"


def causes_table(source):
    """The table of tools/cause.c."""
    lines = ["| cause | class | what happened |", "|---|---|---|"]
    for name, kind, phrase in re.findall(r'\] = \{"(\w+)", CLASS_(\w+), "([^"]+)"\}', source):
        lines.append(f"| `{name}` | {kind.lower()} | {cell(phrase)} |")
    return "\n".join(lines) + "\n"


def man_page(lakewarden):
    """lakewarden(1), from the help texts."""
    settings = all_settings(lakewarden)
    usage = program_says(lakewarden, "--help")
    version = re.search(r"lakewarden (\S+):", usage).group(1)
    commands = [(name.strip(), summary) for name, summary in re.findall(r"^  (\w+ ?\S* ?\S*?)  +(.+)$", usage, re.MULTILINE)]
    out = [f'.TH LAKEWARDEN 1 "" "lakewarden {version}" "User Commands"', ".SH NAME",
           "lakewarden \\- MCP server that finds out why a data lake on AWS is broken, and lets it be put right", ".SH SYNOPSIS",
           ".B lakewarden", ".I COMMAND", ".RI [ SETTING... ]", ".SH COMMANDS"]
    for name, summary in commands:
        out += [".TP", f".B {roff(name)}", roff(summary)]
    out += [".SH TOOLS", "Those marked with an asterisk change something, and ask a person first, each time. Under",
            ".B \\-\\-writes allow", "they ask nobody, under", ".B \\-\\-writes deny",
            "they change nothing, and with", ".B \\-\\-read\\-only", "they are not there."]
    for name, document in documents_of(lakewarden).items():
        mark = "" if document["annotations"]["readOnlyHint"] else " *"
        out += [".TP", f".B {roff(name)}{mark}", roff(document["title"])]
    out += [".SH SETTINGS", "A setting is a flag, a variable (LAKEWARDEN_LOG_LEVEL) and a key of the",
            '.B \\-\\-config', 'file ("log-level"). A flag goes before a variable, a variable before the file.']
    for name, row in settings.items():
        out += [".TP", f".BI \\-\\-{roff(name)} \" {roff(row['value'])}\"" if row["value"] else f".B \\-\\-{roff(name)}"]
        more = [f"Default: {row['fallback']}."] if row["fallback"] else []
        more += [f"{row['range'].capitalize()}."] if row["range"] else []
        more += ["Repeatable."] if row["repeatable"] else []
        applies = "all commands" if len(row["commands"]) == len(COMMANDS) else ", ".join(row["commands"])
        out.append(roff(" ".join([f"{row['help']}.", *more, f"Applies to {applies}."])))
    out += [".SH FILES", ".TP", ".I lakewarden\\-kafka", roff("speaks to Kafka's brokers; looked for beside this program."),
            ".SH EXIT STATUS", "0 good, 1 a call or a check failed, 2 the command line or the settings are wrong."]
    return "\n".join(out) + "\n"


def roff(text):
    """Text as it must stand in a manual page."""
    return text.replace("\\", "\\\\").replace("-", "\\-").replace("'", "\\(aq")
