"""Listeners that let nobody in without proof: IAM as MSK checks it, SCRAM, client certificates. And their keys."""
import subprocess
from pathlib import Path

from broker import Broker, fetch_jars

HERE = Path(__file__).resolve().parent

IDENTITY = {"region": "eu-west-1", "key_id": "AKIDEXAMPLE", "secret": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            "session_token": "IQoJb3JpZ2lu/+=="}
USER, PASSWORD = "alice", "correct horse"
OAUTH = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule"
SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule"


def openssl(folder, *words):
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True, timeout=120)


def make_pair(folder, name, subject, ca=None, names=None):
    """A key and a certificate, signed by `ca` or by itself, and both in one file, which is what brokers want."""
    openssl(folder, "req", "-x509" if ca is None else "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", f"{name}.key", "-out", f"{name}.{'crt' if ca is None else 'csr'}", "-subj", f"/CN={subject}",
            *(["-days", "2"] if ca is None else []))
    if ca:
        extension = folder / f"{name}.ext"
        extension.write_text(f"subjectAltName={names}\n" if names else "basicConstraints=CA:FALSE\n", encoding="utf-8")
        openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", f"{ca}.crt", "-CAkey", f"{ca}.key", "-CAcreateserial",
                "-days", "2", "-out", f"{name}.crt", "-extfile", extension.name)
    both = (folder / f"{name}.key").read_text() + (folder / f"{name}.crt").read_text()
    (folder / f"{name}.pem").write_text(both, encoding="utf-8")


def make_keys(folder):
    """Two authorities; a broker's certificate for loopback and one for elsewhere; a client's of each authority."""
    folder.mkdir()
    make_pair(folder, "ca", "the authority")
    make_pair(folder, "other", "another authority")
    make_pair(folder, "broker", "broker", "ca", "DNS:localhost,IP:127.0.0.1")
    make_pair(folder, "elsewhere", "broker", "ca", "DNS:broker.example")
    make_pair(folder, "client", "orders-operator", "ca")
    make_pair(folder, "stranger", "stranger", "other")
    return folder


def compile_handler(jars, folder):
    """The class that checks IAM tokens; the folder joins the broker's class path."""
    folder.mkdir()
    subprocess.run(["javac", "-cp", f"{jars}/*", "-d", str(folder), str(HERE / "MskIam.java")], check=True, timeout=300)
    return folder


def listeners(keys, identity):
    """For Broker: one listener of each kind. IAM knows one identity: region, key_id, secret, session_token."""
    tls = {"ssl.keystore.type": "PEM", "ssl.keystore.location": f"{keys}/broker.pem"}
    trust = {"ssl.truststore.type": "PEM", "ssl.truststore.location": f"{keys}/ca.crt", "ssl.client.auth": "required"}
    known = " ".join(f'{name}="{value}"' for name, value in identity.items())
    return {
        "IAM": {"protocol": "SASL_SSL", "sasl.enabled.mechanisms": "OAUTHBEARER", **tls,
                "oauthbearer.sasl.server.callback.handler.class": "MskIam",
                # The broker logs in itself, too, and wants a name for that.
                "oauthbearer.sasl.jaas.config": f'{OAUTH} required unsecuredLoginStringClaim_sub="broker" {known};'},
        "SCRAM": {"protocol": "SASL_SSL", "sasl.enabled.mechanisms": "SCRAM-SHA-512", **tls,
                  "scram-sha-512.sasl.jaas.config": f"{SCRAM} required;"},
        "TLS": {"protocol": "SSL", **tls},
        "ELSEWHERE": {"protocol": "SSL", "ssl.keystore.type": "PEM", "ssl.keystore.location": f"{keys}/elsewhere.pem"},
        "MTLS": {"protocol": "SSL", **tls, **trust},
    }


SCRAM_USERS = [f"SCRAM-SHA-512=[name={USER},password={PASSWORD}]"]


def start_guarded(cache, version, folder, identity):
    """A broker with every kind of listener; its `keys` is the folder of certificates."""
    jars = fetch_jars(cache, version)
    keys = make_keys(folder / "keys")
    one = Broker(jars, folder / "broker", listeners(keys, identity), SCRAM_USERS, [compile_handler(jars, folder / "classes")])
    one.keys, one.version = keys, version
    try:
        return one.start()
    except BaseException:
        one.stop()
        raise
