"""Names and certificates, wherever it runs: names by /etc/hosts and name servers, without plug-ins of the C library; certificates
where the distribution keeps them."""
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from doubles import Answers
from wire_certificates import self_signed

BUNDLES = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
           "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"]


def asked(world, url, **env):
    """What doctor says after it has asked that STS who we are."""
    done = world.run("doctor", "--json", AWS_ENDPOINT_URL=url, **env)
    checks = {check["check"]: check for check in json.loads(done.stdout)["checks"]}
    return checks["credentials"]["seen"], checks


def test_names_of_the_hosts_file(world, answers):
    world.write("/etc/hosts", "127.0.0.1 localhost\n127.0.0.1 lake.internal\n")
    asked(world, f"http://lake.internal:{answers.port}")
    assert f"lake.internal:{answers.port}" in answers.hosts


def test_names_of_a_name_server(world, answers, name_server):
    world.write("/etc/resolv.conf", f"nameserver 127.0.0.1:{name_server.port}\n")
    asked(world, f"http://lake.example.com:{answers.port}")
    assert "lake.example.com" in name_server.asked
    assert f"lake.example.com:{answers.port}" in answers.hosts


def test_plug_ins_that_are_set_up_are_left_alone(world, answers, name_server):
    """As Fedora and Ubuntu have it, with files in the plug-ins' places that no process would survive."""
    world.write("/etc/nsswitch.conf", "passwd: sss files\nhosts: myhostname resolve [!UNAVAIL=return] files dns\n")
    world.write("/etc/resolv.conf", f"nameserver 127.0.0.1:{name_server.port}\n")
    for name in ("myhostname", "resolve", "files", "dns", "sss"):
        for folder in ("/lib64", "/lib/x86_64-linux-gnu", "/usr/lib"):
            world.write(f"{folder}/libnss_{name}.so.2", b"\x7fELF\x02\x01\x01" + b"\xff" * 4096)
    asked(world, f"http://lake.example.com:{answers.port}")
    assert f"lake.example.com:{answers.port}" in answers.hosts


def test_a_name_server_that_says_nothing_holds_up_nobody(world, name_server):
    name_server.silent = True
    world.write("/etc/resolv.conf", f"nameserver 127.0.0.1:{name_server.port}\noptions timeout:30 attempts:5\n")
    seen, _ = asked(world, "http://lake.example.com:1")
    assert "lake.example.com" in name_server.asked
    assert "lake.example.com" in seen


@pytest.fixture
def secure_answers(authority):
    with Answers(authority / "cert.pem", authority / "key.pem") as server:
        yield server


@pytest.mark.parametrize("place", BUNDLES)
def test_certificates_of_the_distribution(world, authority, secure_answers, place):
    world.write(place, (authority / "cert.pem").read_bytes())
    _, checks = asked(world, f"https://127.0.0.1:{secure_answers.port}")
    assert checks["certificates"] == {"check": "certificates", "finding": "ok", "seen": place}
    assert secure_answers.hosts


def test_certificates_that_are_named(world, authority, secure_answers):
    world.write("/etc/ssl/certs/ca-certificates.crt", "no certificate at all\n")
    world.write("/own.pem", (authority / "cert.pem").read_bytes())
    for variable in ("SSL_CERT_FILE", "AWS_CA_BUNDLE"):
        secure_answers.server.hosts.clear()
        asked(world, f"https://127.0.0.1:{secure_answers.port}", **{variable: "/own.pem"})
        assert secure_answers.hosts, variable


def test_no_certificates(world, secure_answers):
    seen, checks = asked(world, f"https://127.0.0.1:{secure_answers.port}")
    assert checks["certificates"]["finding"] == "bad" and "ca-certificates" in checks["certificates"]["todo"]
    assert "no CA certificates" in seen
    assert not secure_answers.hosts


def test_a_stranger_is_not_trusted(world, secure_answers, authority):
    world.write("/etc/ssl/cert.pem", self_signed(ec.generate_private_key(ec.SECP256R1())))
    seen, _ = asked(world, f"https://127.0.0.1:{secure_answers.port}")
    assert "certificate" in seen.lower() and not secure_answers.hosts
