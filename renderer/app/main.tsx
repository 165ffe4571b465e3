import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { startI18n } from '../i18n';
import { startDesk } from '../lib/desk-store';
import '../styles/index.css';
import { App } from './App';

startI18n('zh-CN');
startDesk();

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
