// Loaded before electronegativity: it asks for the releases of Electron, and where they cannot be reached its own
// library trips over that on a current Node. What it could not look up it was told (-e).
process.on('uncaughtException', (error) => {
  if (!/onCancel|ENOTFOUND|EAI_AGAIN|ECONNREFUSED/.test(String(error))) throw error;
});
