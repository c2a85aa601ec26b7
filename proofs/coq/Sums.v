(** The words of a certificate's statement, and what is known of them.

    A reader of a statement needs the four definitions below and Coq's own [exp], [ln], [sqrt],
    [tanh], [INR]; Coquelicot's [is_derive f x d] says that f has the derivative d at x, and
    [Derive f x] is that derivative. Positions are counted from 0. *)
Require Export Reals Lra Lia Arith List.
Require Export Coquelicot.Coquelicot.
Export ListNotations.
Open Scope R_scope.

(** [bsum n f] = f 0 + ... + f (n-1) *)
Fixpoint bsum (n : nat) (f : nat -> R) : R :=
  match n with O => 0 | S m => bsum m f + f m end.

(** Kronecker's delta *)
Definition delta (i j : nat) : R := if Nat.eqb i j then 1 else 0.

(** [upd z j t] : z with its j-th entry replaced by t;  [upd2] likewise for matrices. *)
Definition upd (z : nat -> R) (j : nat) (t : R) : nat -> R :=
  fun k => if Nat.eqb k j then t else z k.
Definition upd2 (W : nat -> nat -> R) (i j : nat) (t : R) : nat -> nat -> R :=
  fun a b => if Nat.eqb a i then (if Nat.eqb b j then t else W a b) else W a b.

(** the logistic function *)
Definition sigma (u : R) : R := / (1 + exp (- u)).

Lemma bsum_ext n f g : (forall k, (k < n)%nat -> f k = g k) -> bsum n f = bsum n g.
Proof. induction n; simpl; intros H; auto. rewrite IHn, H; auto. Qed.
Lemma bsum_plus n f g : bsum n (fun k => f k + g k) = bsum n f + bsum n g.
Proof. induction n; simpl; [lra | rewrite IHn; lra]. Qed.
Lemma bsum_minus n f g : bsum n (fun k => f k - g k) = bsum n f - bsum n g.
Proof. induction n; simpl; [lra | rewrite IHn; lra]. Qed.
Lemma bsum_opp n f : bsum n (fun k => - f k) = - bsum n f.
Proof. induction n; simpl; [lra | rewrite IHn; lra]. Qed.
Lemma bsum_scal_l n a f : bsum n (fun k => a * f k) = a * bsum n f.
Proof. induction n; simpl; [lra | rewrite IHn; lra]. Qed.
Lemma bsum_scal_r n a f : bsum n (fun k => f k * a) = bsum n f * a.
Proof. induction n; simpl; [lra | rewrite IHn; lra]. Qed.
Lemma bsum_const n a : bsum n (fun _ => a) = INR n * a.
Proof. induction n; [simpl; lra|]. rewrite S_INR; simpl bsum; rewrite IHn; lra. Qed.
Lemma bsum_zero n : bsum n (fun _ => 0) = 0.
Proof. rewrite bsum_const; lra. Qed.
Lemma bsum_switch n m (f : nat -> nat -> R) :
  bsum n (fun i => bsum m (fun j => f i j)) = bsum m (fun j => bsum n (fun i => f i j)).
Proof.
  induction n; simpl; [rewrite bsum_zero; auto|].
  rewrite IHn, <- bsum_plus; auto.
Qed.
Lemma bsum_pos n f : (0 < n)%nat -> (forall k, (k < n)%nat -> 0 < f k) -> 0 < bsum n f.
Proof.
  induction n as [|[|n] IH]; intros H Hf; [lia| |].
  - simpl. specialize (Hf 0%nat). assert (0 < f 0%nat) by (apply Hf; lia). lra.
  - change (0 < bsum (S n) f + f (S n)).
    assert (0 < bsum (S n) f) by (apply IH; [lia | intros; apply Hf; lia]).
    assert (0 < f (S n)) by (apply Hf; lia). lra.
Qed.

Lemma delta_refl i : delta i i = 1.
Proof. unfold delta; now rewrite Nat.eqb_refl. Qed.
Lemma delta_neq i j : i <> j -> delta i j = 0.
Proof. unfold delta; intros H; destruct (Nat.eqb_spec i j); congruence. Qed.
Lemma delta_sym i j : delta i j = delta j i.
Proof. unfold delta; now rewrite Nat.eqb_sym. Qed.
(** contraction: sum_k delta_{k j} f k = f j when j is in range, and 0 otherwise *)
Lemma bsum_delta_out n j f : (n <= j)%nat -> bsum n (fun k => delta k j * f k) = 0.
Proof.
  induction n; simpl; intros; [auto|]. rewrite IHn, delta_neq by lia. lra.
Qed.
Lemma bsum_delta n j f : (j < n)%nat -> bsum n (fun k => delta k j * f k) = f j.
Proof.
  induction n; simpl; intros H; [lia|].
  destruct (Nat.eq_dec n j) as [->|N].
  - rewrite bsum_delta_out, delta_refl by lia; lra.
  - rewrite IHn, delta_neq by lia; lra.
Qed.

Lemma upd_same z j : upd z j (z j) = z.
Proof.
  apply FunctionalExtensionality.functional_extensionality; intros k; unfold upd.
  destruct (Nat.eqb_spec k j); congruence.
Qed.
Lemma upd2_same W i j : upd2 W i j (W i j) = W.
Proof.
  apply FunctionalExtensionality.functional_extensionality; intros a.
  apply FunctionalExtensionality.functional_extensionality; intros b; unfold upd2.
  destruct (Nat.eqb_spec a i); auto; destruct (Nat.eqb_spec b j); congruence.
Qed.

(** Derivative rules, in the shape the structural generator composes. *)
Lemma d_eq (f : R -> R) (x d d' : R) : is_derive f x d -> d = d' -> is_derive f x d'.
Proof. now intros H <-. Qed.
Lemma d_ext (f g : R -> R) (x d : R) : (forall t, f t = g t) -> is_derive f x d -> is_derive g x d.
Proof. intros H; apply is_derive_ext; auto. Qed.
Lemma d_const (c x : R) : is_derive (fun _ : R => c) x 0.
Proof. apply (is_derive_const c x). Qed.
Lemma d_plus (f g : R -> R) (x a b : R) : is_derive f x a -> is_derive g x b ->
  is_derive (fun t : R => f t + g t) x (a + b).
Proof. apply (is_derive_plus (V := R_NormedModule) f g). Qed.
Lemma d_minus (f g : R -> R) (x a b : R) : is_derive f x a -> is_derive g x b ->
  is_derive (fun t : R => f t - g t) x (a - b).
Proof. apply (is_derive_minus (V := R_NormedModule) f g). Qed.
Lemma d_opp (f : R -> R) (x a : R) : is_derive f x a -> is_derive (fun t : R => - f t) x (- a).
Proof. apply (is_derive_opp (V := R_NormedModule) f). Qed.
Lemma d_mult (f g : R -> R) (x a b : R) : is_derive f x a -> is_derive g x b ->
  is_derive (fun t : R => f t * g t) x (a * g x + f x * b).
Proof.
  intros Hf Hg. apply (is_derive_mult (K := R_AbsRing) f g x a b Hf Hg). intros; apply Rmult_comm.
Qed.
Lemma d_scal (c : R) (f : R -> R) (x a : R) : is_derive f x a -> is_derive (fun t : R => c * f t) x (c * a).
Proof. intros Hf. eapply d_eq. apply d_mult; [apply d_const | exact Hf]. simpl; lra. Qed.
Lemma d_inv (f : R -> R) (x a : R) : is_derive f x a -> f x <> 0 -> is_derive (fun t : R => / f t) x (- a * (/ f x * / f x)).
Proof. intros Hf N. eapply d_eq. apply is_derive_inv; eauto. field; auto. Qed.
Lemma d_exp (f : R -> R) (x a : R) : is_derive f x a -> is_derive (fun t : R => exp (f t)) x (a * exp (f x)).
Proof. intros Hf. apply (is_derive_comp exp f x (exp (f x)) a); auto. apply is_derive_exp. Qed.
Lemma d_ln (f : R -> R) (x a : R) : is_derive f x a -> 0 < f x -> is_derive (fun t : R => ln (f t)) x (a * / f x).
Proof. intros Hf P. apply (is_derive_comp ln f x (/ f x) a); auto. apply is_derive_ln; auto. Qed.
Lemma d_sum n (f : nat -> R -> R) (x : R) (d : nat -> R) : (forall k, (k < n)%nat -> is_derive (f k) x (d k)) ->
  is_derive (fun t : R => bsum n (fun k => f k t)) x (bsum n d).
Proof.
  induction n; simpl; intros H; [apply d_const|].
  apply (d_plus (fun t => bsum n (fun k => f k t)) (f n)); auto.
Qed.
Lemma d_upd z j k (x : R) : is_derive (fun t => upd z j t k) x (delta k j).
Proof.
  unfold upd, delta; destruct (Nat.eqb k j); [apply (is_derive_id x) | apply d_const].
Qed.
Lemma d_upd2 W i j a b (x : R) : is_derive (fun t => upd2 W i j t a b) x (delta a i * delta b j).
Proof.
  unfold upd2, delta; destruct (Nat.eqb a i), (Nat.eqb b j); rewrite ?Rmult_1_l, ?Rmult_0_l;
  [apply (is_derive_id x) | apply d_const..].
Qed.

(** The logistic function *)
Lemma sigma_pos u : 0 < sigma u.
Proof. unfold sigma; generalize (exp_pos (- u)); intros. apply Rinv_0_lt_compat; lra. Qed.
Lemma sigma_lt1 u : 0 < 1 + - sigma u.
Proof.
  unfold sigma; generalize (exp_pos (- u)); intros.
  assert (/ (1 + exp (- u)) < / 1) by (apply Rinv_lt_contravar; lra). lra.
Qed.
Lemma d_sig (f : R -> R) (x a : R) : is_derive f x a ->
  is_derive (fun t => sigma (f t)) x (a * (sigma (f x) * (1 + - sigma (f x)))).
Proof.
  intros H. unfold sigma. generalize (exp_pos (- f x)); intros. eapply d_eq.
  - apply d_inv; [apply d_plus; [apply d_const | apply d_exp, d_opp, H]|]. lra.
  - cbv beta. field. lra.
Qed.
Lemma sigma_opp u : sigma (- u) = 1 + - sigma u.
Proof.
  unfold sigma. rewrite Ropp_involutive, exp_Ropp. generalize (exp_pos u); intros. field. lra.
Qed.
Lemma exp_sigma u : exp u * sigma u = exp u + - sigma u.
Proof. unfold sigma. rewrite exp_Ropp. generalize (exp_pos u); intros. field. lra. Qed.
Lemma sigma_exp u : / exp u * sigma u = 1 + - sigma u.
Proof. unfold sigma. rewrite exp_Ropp. generalize (exp_pos u); intros. field. lra. Qed.
Lemma tanh_sigma u : tanh u = 2 * sigma (2 * u) + -1.
Proof.
  unfold tanh, sinh, cosh, sigma. replace (- (2 * u)) with (- u + - u) by ring.
  rewrite exp_plus, exp_Ropp. generalize (exp_pos u); intros. field. repeat split; nra.
Qed.
Lemma d_sqrt (f : R -> R) (x a : R) : is_derive f x a -> 0 < f x ->
  is_derive (fun t : R => sqrt (f t)) x (a * / (2 * sqrt (f x))).
Proof.
  intros Hf P. apply (is_derive_comp sqrt f x (/ (2 * sqrt (f x))) a); auto.
  apply is_derive_Reals, derivable_pt_lim_sqrt; auto.
Qed.
Lemma bsum_nonneg n f : (forall k, (k < n)%nat -> 0 <= f k) -> 0 <= bsum n f.
Proof.
  induction n; simpl; intros H; [lra|]. specialize (IHn ltac:(auto)). specialize (H n ltac:(lia)). lra.
Qed.
Lemma bsum_0 n f : (forall k, (k < n)%nat -> f k = 0) -> bsum n f = 0.
Proof. intros H. rewrite (bsum_ext n f (fun _ => 0)) by auto. apply bsum_zero. Qed.
