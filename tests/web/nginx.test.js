// The tests of HTTP and of killed workers once more, with nginx in front (templates/server/nginx.conf).
process.env.VHOD_TEST_SERVER = 'nginx';
await import('./http.test.js');
await import('./kill.test.js');
