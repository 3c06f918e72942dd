/** Catches what a page throws while it is drawn: the rest of the window stays, and the page can be tried again. */
import Button from '@mui/material/Button';
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyLine } from '../components/CopyLine.tsx';
import { Adrift } from '../components/Pictures.tsx';
import { StateView } from '../components/StateView.tsx';

interface Props {
  /** Another place is another chance. */
  readonly place: string;
  readonly children: ReactNode;
}
interface State {
  readonly error: Error | undefined;
  readonly place: string;
}

export class ErrorBoundary extends Component<Props, State> {
  override readonly state: State = { error: undefined, place: this.props.place };
  static getDerivedStateFromError(error: unknown): Pick<State, 'error'> {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }
  static getDerivedStateFromProps({ place }: Props, state: State): State | null {
    return place === state.place ? null : { error: undefined, place };
  }
  override render(): ReactNode {
    const { error } = this.state;
    return error ? <Broken error={error} onRetry={() => this.setState({ error: undefined })} /> : this.props.children;
  }
}

function Broken({ error, onRetry }: { readonly error: Error; readonly onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <div role="alert">
      <StateView
        picture={<Adrift />}
        title={t('shell.broken.title')}
        text={t('shell.broken.text')}
        actions={
          <>
            <Button variant="contained" onClick={onRetry}>
              {t('common.retry')}
            </Button>
            <Button onClick={() => window.location.reload()}>{t('shell.broken.reload')}</Button>
          </>
        }
      />
      <CopyLine lines={(error.stack ?? error.message).split('\n').slice(0, 6)} />
    </div>
  );
}
