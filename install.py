"""Build `.venv` with the locked dependencies; do nothing when that is done already.

Standard library only.  It runs before anything is installed, so it keeps to what Python 3.6 can read: an old
interpreter should say that it is old, not fail at a syntax it does not know.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, "installed")
OLDEST = (3, 11)
NEWER = ("python3.13", "python3.12", "python3.11")
APART = os.path.join(VENV, "newspaper3k")
MADE_FROM = ("pyproject.toml", "requirements.lock", "build.lock", "newspaper3k.lock", "install.py")
# Each lock is complete and names the hashes of every file: nothing is looked for, and nothing else is taken.
LOCKED = ["--require-hashes", "--no-deps", "--no-build-isolation"]  # what builds is in build.lock, and there already
STEPS = (
    [*LOCKED, "-r", "build.lock"],  # and axe-core, whose package asks for Playwright: 50 MB that nothing here uses
    [*LOCKED, "-r", "requirements.lock"],
    ["--no-deps", "--no-build-isolation", "-e", "."],
)
# newspaper3k is of 2018: it stands apart, behind everything else on the path, where it can replace nothing.
ASIDE = [*LOCKED, "--target", APART, "-r", "newspaper3k.lock"]
ANOTHER = ("hash mismatch", "do not match the hashes")  # how uv and pip begin to say it
NETWORK = (
    "connect",
    "network",
    "resolution",
    "timed out",
    "dns",
    "fetch",
    "unreachable",
    "no matching distribution",
)


def main() -> None:
    """Install unless the stamp says that these very files have been installed."""
    os.chdir(ROOT)
    if done():
        compile_all(["src"])  # what was edited since; at once where nothing was
        return
    need_python()
    usable = runs(PYTHON) and (has_pip() or shutil.which("uv"))  # an install that was killed is begun again
    fresh = not usable or mixed()
    if os.path.exists(STAMP):
        os.remove(STAMP)
    try:
        if fresh:
            build()
        install()
        print("install: compiling (once; half a minute)", flush=True)
        compile_all([packages(), APART, "src"])
        with open(STAMP, "w") as file:
            file.write(fingerprint())
    except BaseException as error:
        if fresh:
            shutil.rmtree(VENV, ignore_errors=True)
        if isinstance(error, KeyboardInterrupt):
            stop("interrupted; run make again to start over")
        raise
    print("install: done", flush=True)


def done() -> bool:
    """Whether `.venv` runs and was filled by today's install.py from today's pyproject.toml and lock."""
    if not os.path.exists(STAMP) or not os.path.exists(PYTHON):
        return False
    with open(STAMP) as file:
        return file.read() == fingerprint()


def fingerprint() -> str:
    """What `.venv` was made from, and where: an environment does not survive being moved."""
    digest = hashlib.sha256(ROOT.encode())
    for name in MADE_FROM:
        with open(name, "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def need_python() -> None:
    """Go on under an interpreter that is new enough, or say which one to install."""
    if sys.version_info >= OLDEST:
        return
    for name in NEWER:
        found = shutil.which(name)
        if found and runs(found):
            os.execv(found, [found, os.path.join(ROOT, "install.py")])
    version = ".".join(str(part) for part in sys.version_info[:3])
    stop("Python 3.11 or newer is needed, this is {}: install it and run make again".format(version))


def runs(interpreter: str) -> bool:
    """Whether `interpreter` starts and is new enough; a name on the path need not be (version managers)."""
    test = "import sys; sys.exit(sys.version_info < {!r})".format(OLDEST)
    try:
        return subprocess.call([interpreter, "-c", test], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def build() -> None:
    """Make `.venv`, with uv if it is on the path (it needs no ensurepip), else with venv."""
    print("install: building .venv (once; about a minute with uv, three with pip)", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    if shutil.which("uv") and command(["uv", "venv", "--quiet", "--python", sys.executable, VENV])[0]:
        return
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        stop("this Python has no ensurepip: install its venv package (Debian, Ubuntu: python3-venv), run make again")
    shutil.rmtree(VENV, ignore_errors=True)
    try:
        venv.create(VENV, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        stop("could not build .venv: {}".format(error))


def install() -> None:
    """Install the locked dependencies with uv when it can be had, else with pip; then what stands apart."""
    uv = shutil.which("uv") or fetch_uv()
    print("install: installing the locked dependencies with {}".format("uv" if uv else "pip"), flush=True)
    installers = [lambda what: [uv, "pip", "install", "--quiet", "--python", PYTHON, *what]] if uv else []
    installers += [pip] if has_pip() else []
    said = "neither uv nor pip is there"
    for installer in installers:
        good, said = every(installer)
        if good:
            return set_apart(installer)
        if is_another(said):
            break
    stop(reason(said))


def every(installer: object) -> tuple:
    """Take all steps; whether they succeeded, and what the last one said."""
    for what in STEPS:
        good, said = command(installer(what))
        if not good:
            break
    return good, said


def set_apart(installer: object) -> None:
    """Install newspaper3k into its own folder; without it everything works that does not ask for it."""
    shutil.rmtree(APART, ignore_errors=True)
    good, said = command(installer(ASIDE))
    if not good:
        shutil.rmtree(APART, ignore_errors=True)
        line = "install: without newspaper3k, which only `extractor: newspaper3k` asks for: {}; to try again, remove {}"
        print(line.format(reason(said), os.path.relpath(STAMP, ROOT)), file=sys.stderr, flush=True)


def reason(said: str) -> str:
    """Why an installer failed, in one line."""
    lines = [line.strip()[:200] for line in said.splitlines() if line.strip()] or ["the installer said nothing"]
    if is_another(said):
        named = [line for line in lines if "==" in line or is_another(line)]
        return "what was fetched is not what the lock names ({}): nothing of it was used".format(named[-1][:120])
    telling = [line for line in lines if any(word in line.lower() for word in NETWORK)]
    if telling:
        why = "the packages could not be fetched: check the network or proxy and run make again"
        return "{} ({})".format(why, telling[0][:120])
    return "the packages could not be installed: {}".format(lines[-1])


def is_another(said: str) -> bool:
    """Whether a file with another hash than the locked one was refused."""
    return any(words in said.lower() for words in ANOTHER)


def mixed() -> bool:
    """Whether `.venv` is of a time when newspaper3k was installed among the rest, and jieba3k over jieba."""
    return any(name.startswith("jieba3k-") for name in os.listdir(packages()))


def compile_all(folders: list) -> None:
    """Write byte code, so that no kernel compiles its imports anew; also where Python is told to write none itself.

    Byte code older than its source is passed over by Python, so an edited file costs its own compilation only.  Tests
    of packages are left out, and a file that does not compile (old packages carry some) costs the others nothing.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    options = ["-q", "-q", "-j", "2", "-x", "[/\\\\]tests?[/\\\\]", "--invalidation-mode", "timestamp"]
    subprocess.call(
        [PYTHON, "-m", "compileall", *options, *folders],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def packages() -> str:
    """The folder that `.venv` keeps its packages in."""
    return command([PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"])[1].strip()


def fetch_uv() -> str:
    """Path of the locked uv, installed into `.venv`, or '' where there is none for this machine."""
    path = os.path.join(VENV, "bin", "uv")
    if not os.path.exists(path) and has_pip():
        command(pip(STEPS[0]))
    return path if os.path.exists(path) else ""


def has_pip() -> bool:
    """Whether `.venv` has pip; one made by uv has not."""
    return command([PYTHON, "-m", "pip", "--version"])[0]


def pip(what: list) -> list:
    """A pip command that fails soon without a network."""
    return [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1", *what]


def command(words: list) -> tuple:
    """Run a command; whether it succeeded, and what it said."""
    ran = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
    said = ran.communicate()[0]
    return ran.returncode == 0, said


def stop(why: str) -> None:
    """End with one line."""
    raise SystemExit("install: " + why)


if __name__ == "__main__":
    main()
