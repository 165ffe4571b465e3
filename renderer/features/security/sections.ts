import type { ComponentType } from 'react';
import { AUDIT_READERS } from '../../../shared/domain/audit/content';
import { ROLES, type Role } from '../../../shared/domain/model';
import { AboutSection } from './about/AboutSection';
import { CentralActsSection } from './acts/CentralActsSection';
import { AgreementSection } from './agreement/AgreementSection';
import { AlertsSection } from './alerts/AlertsSection';
import { AuditSection } from './audit/AuditSection';
import { AuthoritySection } from './authority/AuthoritySection';
import { BackupSection } from './backup/BackupSection';
import { CheckSection } from './check/CheckSection';
import { DeviceSection } from './device/DeviceSection';
import { EmergencySection } from './emergency/EmergencySection';
import { PeopleSection } from './people/PeopleSection';
import { RetentionSection } from './retention/RetentionSection';
import { RotationSection } from './rotation/RotationSection';
import { SignInSection } from './signin/SignInSection';
import { UpdateSection } from './update/UpdateSection';

export type SectionKey =
  | 'people'
  | 'signin'
  | 'agreement'
  | 'backup'
  | 'check'
  | 'device'
  | 'emergency'
  | 'retention'
  | 'rotation'
  | 'alerts'
  | 'audit'
  | 'acts'
  | 'authority'
  | 'update'
  | 'about';

interface SectionEntry {
  readonly key: SectionKey;
  /** Who is offered it. Only what is drawn: main decides again by itself. */
  readonly roles: readonly Role[];
  readonly Section: ComponentType;
}

/** Sections of the security page, in their order. */
export const SECTIONS: readonly SectionEntry[] = [
  { key: 'people', roles: ROLES, Section: PeopleSection },
  { key: 'signin', roles: ROLES, Section: SignInSection },
  { key: 'agreement', roles: ROLES, Section: AgreementSection },
  { key: 'backup', roles: ['head', 'system-admin', 'security-admin'], Section: BackupSection },
  { key: 'check', roles: ROLES, Section: CheckSection },
  { key: 'device', roles: ROLES, Section: DeviceSection },
  { key: 'emergency', roles: ROLES, Section: EmergencySection },
  { key: 'retention', roles: ROLES, Section: RetentionSection },
  {
    key: 'rotation',
    roles: ['head', 'inspector', 'approver', 'security-admin'],
    Section: RotationSection,
  },
  { key: 'alerts', roles: AUDIT_READERS, Section: AlertsSection },
  { key: 'audit', roles: AUDIT_READERS, Section: AuditSection },
  { key: 'acts', roles: ['system-admin', 'security-admin'], Section: CentralActsSection },
  { key: 'authority', roles: ROLES, Section: AuthoritySection },
  { key: 'update', roles: ROLES, Section: UpdateSection },
  { key: 'about', roles: ROLES, Section: AboutSection },
];
