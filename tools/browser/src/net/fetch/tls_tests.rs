//! TLS and HTTP/2 against a server of rustls and h2, whose certificates are made for the test.

use http::Response;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer},
};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::*;
use crate::{
    loopback::{HASTE, Names, deadline},
    net::{AllowList, Options, certificates},
};

/// Somebody who signs certificates.
struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    fn sign(&self, name: &str, last_year: i32) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_after = date_time_ymd(last_year, 1, 1);
        let key = KeyPair::generate().unwrap();
        let signed = params.signed_by(&key, &self.issuer).unwrap();
        (signed.der().clone(), PrivateKeyDer::Pkcs8(key.serialize_der().into()))
    }

    /// A file with its own certificate.
    fn file(&self) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &self.pem).unwrap();
        file
    }
}

/// Speaks HTTP/2 alone, and logs what it is asked.
async fn start(
    (certificate, key): (CertificateDer<'static>, PrivateKeyDer<'static>),
    log: Arc<Mutex<Vec<String>>>,
) -> u16 {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut config = config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, log) = (acceptor.clone(), log.clone());
            tokio::spawn(async move {
                // A client that does not believe the certificate hangs up.
                let Ok(stream) = acceptor.accept(stream).await else { return };
                let mut connection = h2::server::handshake(stream).await.unwrap();
                while let Some(Ok((request, mut respond))) = connection.accept().await {
                    log.lock().unwrap().push(format!("{:?} {}", request.version(), request.uri().path()));
                    let answer = Response::builder().header("content-type", "text/html").body(()).unwrap();
                    let mut stream = respond.send_response(answer, false).unwrap();
                    stream.send_data("over TLS".into(), true).unwrap();
                }
            });
        }
    });
    port
}

fn fetcher(authority: Option<&Authority>) -> Fetcher {
    let allowed = AllowList::new(["site.example"]).unwrap();
    let believed = authority.map(|authority| certificates(authority.file().path()).unwrap());
    let options = Options { certificates: believed.unwrap_or_default(), ..Options::default() };
    Fetcher::new(Pinned { lookup: Names::new(&[&["127.0.0.1"]]), allowed }, options, HASTE, None).unwrap()
}

#[tokio::test]
async fn pages_come_over_tls_and_http2_from_whom_the_certificate_names() {
    let (known, unknown) = (Authority::new(), Authority::new());
    for (believed, certificate, expected) in [
        (Some(&known), known.sign("site.example", 2100), Ok("over TLS")),
        (Some(&known), known.sign("*.example", 2100), Err("not valid for name")),
        (None, known.sign("site.example", 2100), Err("UnknownIssuer")),
        (Some(&known), unknown.sign("site.example", 2100), Err("invalid peer certificate")),
        (Some(&known), known.sign("other.example", 2100), Err("not valid for name")),
        (Some(&known), known.sign("site.example", 2020), Err("expired")),
    ] {
        let log = Arc::new(Mutex::new(Vec::new()));
        let port = start(certificate, log.clone()).await;
        let url = Url::parse(&format!("https://site.example:{port}/page")).unwrap();
        let ask = Ask { heed_robots: false, deadline: deadline(), accepts: |_| Ok(()) };
        let got = fetcher(believed).get(&url, &ask).await;
        let got = got.map(|page| String::from_utf8_lossy(&page.body).into_owned());
        let got = got.map_err(|error| error.to_string());
        match expected {
            Ok(text) => assert_eq!(got.as_deref(), Ok(text)),
            Err(part) => assert!(got.as_ref().is_err_and(|why| why.contains(part)), "{part}: {got:?}"),
        }
        let asked = if expected.is_ok() { vec!["HTTP/2.0 /page"] } else { Vec::new() };
        assert_eq!(*log.lock().unwrap(), asked);
    }
}

#[test]
fn a_file_without_certificates_is_refused() {
    let file = tempfile::NamedTempFile::new().unwrap();
    for (text, expected) in [
        ("", "no certificate"),
        ("words", "no certificate"),
        ("-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n", ""),
    ] {
        std::fs::write(file.path(), text).unwrap();
        let read = certificates(file.path()).map(|found| found.len());
        assert!(read.as_ref().is_err_and(|why| why.contains(expected)), "{text}: {read:?}");
    }
    assert!(certificates(&file.path().join("none")).is_err());
}
