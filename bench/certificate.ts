import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Creates a certificate for 127.0.0.1 with `openssl`, valid for a day. */
export function makeCertificate(folder: string): { keyFile: string; certFile: string } {
  const keyFile = join(folder, 'key.pem');
  const certFile = join(folder, 'cert.pem');
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const files = ['-keyout', keyFile, '-out', certFile];
  execFileSync('openssl', ['req', '-x509', '-days', '1', ...key, ...subject, ...files], { stdio: 'pipe' });
  return { keyFile, certFile };
}
