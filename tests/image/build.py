"""Carries a Dockerfile out: each stage becomes a folder."""
import fnmatch
import shutil

from chroot import bare_debian, inside, run, take_over

STEP_LIMIT_S = 1500


def ignored_by(text):
    """What .dockerignore leaves out of the context, as shutil.copytree asks for it: our patterns are names, anywhere or at the top."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    anywhere = [line.removeprefix("**/") for line in lines if line.startswith("**/")]
    top = [line for line in lines if not line.startswith("**/")]
    assert not any("/" in line or line.startswith("!") for line in [*anywhere, *top]), "a pattern that the test cannot read"

    def ignore(root):
        def of(folder, names):
            patterns = anywhere + (top if folder == str(root) else [])
            return [name for name in names if any(fnmatch.fnmatch(name, pattern) for pattern in patterns)]
        return of

    return ignore


class Build:
    """One run of the whole file for one platform."""

    def __init__(self, context, keep, target_arch):
        self.context, self.keep, self.target_arch = context, keep, target_arch
        self.folders = {}

    def start(self, stage, folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if stage.base == "scratch":
            return
        image, _, tag = stage.base.partition(":")
        assert image == "debian", stage.base
        run("tar", "-C", folder, "-xf", bare_debian(tag.removesuffix("-slim"), self.keep))
        take_over(folder)

    def copy(self, folder, directory, text):
        words = text.split()
        if words[0].startswith("--from="):
            source = self.folders[words.pop(0).removeprefix("--from=")] / words[0].lstrip("/")
            ignore = None
        else:
            source = self.context / words[0]
            ignore = ignored_by((self.context / ".dockerignore").read_text())(source)
        target = folder / directory.lstrip("/") / words[1] if not words[1].startswith("/") else folder / words[1].lstrip("/")
        shutil.copytree(source, target, dirs_exist_ok=True, symlinks=True, ignore=ignore)

    def carry_out(self, stage, folder):
        self.start(stage, folder)
        directory, env = "/", {}
        for instruction, text in stage.steps:
            if instruction == "ARG" and text == "TARGETARCH":
                env["TARGETARCH"] = self.target_arch
            elif instruction == "WORKDIR":
                directory = text
                (folder / text.lstrip("/")).mkdir(parents=True, exist_ok=True)
            elif instruction == "COPY":
                self.copy(folder, directory, text)
            elif instruction == "RUN":
                inside(folder, directory, text, env, STEP_LIMIT_S)
        self.folders[stage.name] = folder
        return folder
