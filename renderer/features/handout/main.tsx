import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { startI18n } from '../../i18n';
import '../../styles/index.css';
import { HandoutWindow } from './HandoutWindow';

startI18n('zh-CN');

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <HandoutWindow />
    </StrictMode>,
  );
}
