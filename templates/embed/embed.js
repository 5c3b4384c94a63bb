/* What a frame says to WordPress, which shows it in a sandbox that opens no windows, hidden until it has said how tall it
   is: the messages "height" and "link" of wp-embed.js, with the secret that stands behind the frame's address. A link may
   lead to this site only, so a portal is reached by /go. On any other page this does nothing. */
(() => {
  const secret = (/[?&#]secret=([0-9a-z]+)/i.exec(location.hash) || [])[1];
  if (!secret || parent === self) return;
  const say = (message, value) => parent.postMessage({ message, value, secret }, '*');
  const tell = () => {
    document.documentElement.style.height = 'auto';
    document.body.style.minHeight = '0';
    say('height', Math.ceil(document.body.getBoundingClientRect().height));
  };
  addEventListener('load', tell);
  addEventListener('resize', tell);
  addEventListener('message', ({ data }) => { if (data && data.message === 'ready') tell(); });
  document.addEventListener('click', (event) => {
    const link = event.target.closest && event.target.closest('a');
    if (!link) return;
    event.preventDefault();
    say('link', link.dataset.via || link.href);
  });
})();
